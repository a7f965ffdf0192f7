using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>
/// Preble for other services, without HTTP between: the same calls as the gateway's, with the same text. Thread-safe; made by
/// <c>services.AddPrebleClient()</c>. Every member fails with a <see cref="PrebleException"/> that says what went wrong, or, once its token is
/// cancelled, with an <see cref="OperationCanceledException"/>.
/// </summary>
public interface IPrebleClient
{
    /// <summary>Answers a chat. Cancelling ends it on the worker, too.</summary>
    Task<GenerationResult> ChatAsync(ChatRequest request, CancellationToken cancellationToken = default);

    /// <summary>Answers a chat piece by piece. Nothing runs before it is enumerated; to leave the loop early, or to cancel, ends it on the worker, too.</summary>
    IAsyncEnumerable<GenerationDelta> StreamChatAsync(ChatRequest request, CancellationToken cancellationToken = default);

    /// <summary>Completes prompts of text or of tokens.</summary>
    Task<GenerationResult> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Completes prompts piece by piece, all in one stream, as <see cref="StreamChatAsync"/> does.</summary>
    IAsyncEnumerable<GenerationDelta> StreamCompletionAsync(CompletionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Where a request stands, and, in <see cref="RequestDescription.Placement"/>, why it was placed there: every candidate's cost, and predicted against actual.</summary>
    /// <param name="requestId">Of a <see cref="GenerationChoice"/> or a <see cref="GenerationDelta"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null for an id that is not known, or no longer: requests are forgotten some minutes after their end.</returns>
    Task<RequestDescription?> ExplainAsync(string requestId, CancellationToken cancellationToken = default);

    /// <summary>The models, how each is scheduled, and the load and rates of its workers.</summary>
    Task<ClusterStatus> ClusterStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>The models that are served.</summary>
    Task<IReadOnlyList<ServedModelInfo>> ModelsAsync(CancellationToken cancellationToken = default);
}
