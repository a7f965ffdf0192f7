using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Tells what runs in this silo.</summary>
[OwnerPlacement]
public sealed class WorkerHostGrain(IWorkerEngines engines) : Grain, IWorkerHostGrain
{
    public Task<WorkerAnnouncement[]> AnnounceAsync(string model) => Task.FromResult(engines.Announce(model));
}
