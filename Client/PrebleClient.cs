using System.Globalization;
using System.Runtime.CompilerServices;
using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>Calls the grains, and nothing else: a silo checks and tokenizes, the request grains run.</summary>
/// <param name="grains">Gives them.</param>
/// <param name="patience">For how long a call whose silo is lost looks for another; zero for not at all.</param>
/// <param name="clock">Measures it.</param>
/// <param name="contracts">What silos that are elsewhere must agree to first; null for those of this process, which are of the same build.</param>
internal sealed class PrebleClient(IGrainFactory grains, TimeSpan patience, TimeProvider clock, ContractAgreement? contracts = null) : IPrebleClient
{
    /// <summary>Keys of grains that stand anywhere, so that the reading of prompts spreads over the gateways.</summary>
    private const int KeysMax = 16;

    private const int RequestIdCharsMax = 256;

    public Task<GenerationResult> ChatAsync(ChatRequest request, CancellationToken cancellationToken = default) =>
        WholeAsync(StreamChatAsync(request, cancellationToken));

    public IAsyncEnumerable<GenerationDelta> StreamChatAsync(ChatRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return StreamAsync(CallKind.Chat, () => RequestBody.Of(request), "messages", cancellationToken);
    }

    public Task<GenerationResult> CompleteAsync(CompletionRequest request, CancellationToken cancellationToken = default) =>
        WholeAsync(StreamCompletionAsync(request, cancellationToken));

    public IAsyncEnumerable<GenerationDelta> StreamCompletionAsync(CompletionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return StreamAsync(CallKind.Completion, () => RequestBody.Of(request), "prompt", cancellationToken);
    }

    public async Task<RequestDescription?> ExplainAsync(string requestId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requestId);
        return !string.IsNullOrWhiteSpace(requestId) && requestId.Length <= RequestIdCharsMax
            ? await CallAsync(() => grains.GetGrain<IRequestLookupGrain>(AnyKey()).FindAsync(requestId), cancellationToken)
            : null;
    }

    public async Task<ClusterStatus> ClusterStatusAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ServedModelInfo> models = await ModelsAsync(cancellationToken);
        return new ClusterStatus(await Task.WhenAll(models.Select(async model =>
        {
            SchedulerStatus status = await CallAsync(() => grains.GetGrain<ISchedulerGrain>(model.Name).StatusAsync(), cancellationToken);
            return new ModelStatus(model.Name, model.ContextTokensMax, status.Policy, status.Workers);
        })));
    }

    public async Task<IReadOnlyList<ServedModelInfo>> ModelsAsync(CancellationToken cancellationToken = default) =>
        await CallAsync(() => PromptGrain().ModelsAsync(), cancellationToken);

    /// <remarks>1. Have a silo check and tokenize. 2. Run every prompt in its request grain. 3. Tell what they stream; leaving early disposes it, which cancels.</remarks>
    private async IAsyncEnumerable<GenerationDelta> StreamAsync(
        CallKind kind, Func<byte[]> write, string promptField, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 1. Check and tokenize.
        var body = new CallBody { Kind = kind, Json = write() };
        var reader = new CallReader(() => CallAsync(() => PromptGrain().PrepareAsync(body), cancellationToken), patience, clock, cancellationToken);
        PreparedCall call = await reader.ReadAsync();

        // 2. Run.
        await using var events = new CallStream(grains, reader, call, patience, clock, cancellationToken);

        // 3. Tell.
        while (!events.Progress.HasEnded)
        {
            if (await NextAsync(events, cancellationToken) is not { } item)
            {
                throw new PrebleException(PrebleFailure.ServerError, "The request ended without its last event.");
            }

            if (item.Failure is not null)
            {
                throw FailureTable.Of(item, promptField);
            }

            yield return events.Progress.Add(item);
        }
    }

    private static async Task<GenerationResult> WholeAsync(IAsyncEnumerable<GenerationDelta> stream)
    {
        var result = new ResultBuilder();
        await foreach (GenerationDelta delta in stream)
        {
            result.Add(delta);
        }

        return result.ToResult();
    }

    /// <summary>The next event; what the host of grains throws is told in our own terms. Cancelling ends the move itself, so that the stream can be disposed after it.</summary>
    private static async Task<GenerationEvent?> NextAsync(CallStream events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.NextAsync();
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            throw FailureTable.Of(exception);
        }
    }

    /// <summary>Calls a grain of a cluster that has this client's contracts.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (contracts is not null)
        {
            await contracts.RequireAsync(() => SendAsync(() => PromptGrain().ContractsAsync(), cancellationToken));
        }

        return await SendAsync(call, cancellationToken);
    }

    /// <summary>Calls a grain; what its host throws is told in our own terms.</summary>
    private static async Task<T> SendAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<T> sent;
        try
        {
            sent = call();
        }
        catch (Exception exception)
        {
            throw FailureTable.Unsent(exception);
        }

        try
        {
            return await sent.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            throw FailureTable.Of(exception);
        }
    }

    /// <summary>Whether the caller has asked for it.</summary>
    private static bool IsCancellation(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    private IPromptGrain PromptGrain() => grains.GetGrain<IPromptGrain>(AnyKey());

    private static string AnyKey() => Random.Shared.Next(KeysMax).ToString(CultureInfo.InvariantCulture);
}
