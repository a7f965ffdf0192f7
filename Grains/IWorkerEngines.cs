using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>The engines that run in this silo. Any thread.</summary>
public interface IWorkerEngines
{
    /// <summary>The engine of a worker, or null when it does not run here.</summary>
    IWorkerEngine? Find(string workerId);

    /// <summary>The workers of a model that run here, each with its latest load.</summary>
    WorkerAnnouncement[] Announce(string model);
}
