using Preble.Core.Caching;
using Preble.Core.Placement;

namespace Preble.Core.Simulation;

/// <summary>What a worker tells at the end of a step.</summary>
/// <param name="Worker">Index of the worker.</param>
internal sealed record Feedback(int Worker)
{
    /// <summary>Changes of its cache since the last time.</summary>
    public List<CacheEvent> Events { get; } = [];

    /// <summary>Its whole cache, if changes were lost; they are void then.</summary>
    public CacheDump? Dump { get; set; }

    /// <summary>Requests that ended.</summary>
    public List<SimulatedRequest> Ended { get; } = [];

    /// <summary>Its load, if it is time to tell it.</summary>
    public WorkerReport? Report { get; set; }
}
