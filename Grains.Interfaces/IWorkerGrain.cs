using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>One running copy of a model. Key: the worker id. Lives where its engine lives; computes nothing in its own turns.</summary>
[Alias("preble.worker")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Hands the request to the worker's engine and streams tokens back. The first event comes when the request leaves the waiting queue or fails.
    /// Disposing the enumeration early cancels the request before the engine's next step.
    /// </summary>
    [Alias("generate")]
    IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken);

    /// <summary>Everything that the worker's cache holds now.</summary>
    [Alias("dump-cache")]
    [AlwaysInterleave]
    Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken);
}
