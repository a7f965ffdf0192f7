using System.Runtime.CompilerServices;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Hands requests to the engine of this silo that bears its key.</summary>
[OwnerPlacement]
public sealed class WorkerGrain(IWorkerEngines engines) : Grain, IWorkerGrain
{
    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string id = this.GetPrimaryKeyString();
        IWorkerEngine? engine = engines.Find(id);
        if (engine is null)
        {
            yield return Failures.Event(id, Outcome.WorkerLost, $"Worker '{id}' does not run here.");
            yield break;
        }

        await foreach (GenerationEvent item in engine.GenerateAsync(request, cancellationToken))
        {
            yield return item;
        }
    }

    public Task<CacheDump> DumpCacheAsync(CancellationToken cancellationToken)
    {
        string id = this.GetPrimaryKeyString();
        IWorkerEngine engine = engines.Find(id) ?? throw new InvalidOperationException($"Worker '{id}' does not run here.");
        return engine.DumpCacheAsync(cancellationToken);
    }
}
