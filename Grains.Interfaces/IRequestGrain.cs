using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>One prompt from its arrival to its single end. Key: the request id.</summary>
[Alias("preble.request")]
public interface IRequestGrain : IGrainWithStringKey
{
    /// <summary>
    /// Places the prompt, runs it and streams what it produces. Every choice ends exactly once, by an event with <see
    /// cref="GenerationEvent.Finish"/>, or the whole request ends by one with <see cref="GenerationEvent.Failure"/>. Disposing the enumeration early
    /// cancels the request. A second call for the same id fails with
    /// <see cref="Outcome.DuplicateRequest"/>.
    /// </summary>
    [Alias("run")]
    IAsyncEnumerable<GenerationEvent> RunAsync(GenerateRequest request, CancellationToken cancellationToken);

    /// <summary>Where the request stands and why it was placed there; null for an id that never ran here or was forgotten.</summary>
    [Alias("describe")]
    [AlwaysInterleave]
    Task<RequestDescription?> DescribeAsync();

    /// <summary>How far this run has come, for those whose stream is silent: asks nobody else. Null as for <see cref="DescribeAsync"/>.</summary>
    [Alias("standing")]
    [AlwaysInterleave]
    Task<RequestStanding?> StandingAsync();
}
