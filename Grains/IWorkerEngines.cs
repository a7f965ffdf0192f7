namespace Preble.Grains;

/// <summary>The engines that run in this silo.</summary>
public interface IWorkerEngines
{
    /// <summary>The engine of a worker, or null when it does not run here.</summary>
    IWorkerEngine? Find(string workerId);
}
