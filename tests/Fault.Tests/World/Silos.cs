using Preble.Embedded.Activations;
using Preble.Grains;
using Preble.Grains.Interfaces;

namespace Preble.Fault.Tests.World;

/// <summary>What the grains know of the silos.</summary>
internal sealed class Silos(IReadOnlyList<SimulatedSilo> all) : ISilos, IWorkerEngines
{
    public IReadOnlyList<string> WithWorkers => [.. all.Where(silo => silo.IsMember).Select(silo => silo.Name)];

    /// <summary>The one that is never lost.</summary>
    public IReadOnlyList<string> Gateways { get; } = [""];

    public IWorkerEngine? Find(string workerId) => all.FirstOrDefault(silo => silo.Worker?.Id == workerId)?.Worker;

    /// <summary>The workers of the silo whose grain asks.</summary>
    public WorkerAnnouncement[] Announce(string model) =>
    [
        .. all.Where(silo => silo.Worker is not null && silo.Name == GrainKeys.SiloOf(TurnContext.Current!.Key))
            .Select(silo => silo.Worker!.Feed.Announcement).Where(worker => worker.Registration.Model == model),
    ];
}
