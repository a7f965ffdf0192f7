using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// The engine behind a worker grain. It has a thread of its own; nothing here computes on the caller's.
/// <para>Contract of <see cref="GenerateAsync"/>: the stream ends every choice exactly once or the whole request with a failure; disposing it early
/// cancels the request before the engine's next step. An engine that stops ends all streams with <see cref="Outcome.WorkerLost"/>.</para>
/// </summary>
public interface IWorkerEngine
{
    /// <summary>Queues the request and streams what it produces.</summary>
    IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, CancellationToken cancellationToken);

    /// <summary>What the cache holds between two steps.</summary>
    Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken);
}
