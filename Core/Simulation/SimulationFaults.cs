namespace Preble.Core.Simulation;

/// <summary>What goes wrong in a simulation, and who joins and leaves.</summary>
public sealed record SimulationFaults
{
    /// <summary>Share of the eviction events that never reach the tree.</summary>
    public double EvictionsLostShare { get; init; }

    /// <summary>The rates that the scheduler is told are wrong by this factor, up or down by lot for each worker and rate; 1 is right.</summary>
    public double RateErrorFactor { get; init; } = 1;

    /// <summary>Whether the scheduler calibrates the rates from what the workers' steps take.</summary>
    public bool Calibrates { get; init; } = true;

    /// <summary>
    /// Schedulers that share the workers, each with a tree of its own, and take requests in turn: all hear of all events and reports, and none of the
    /// placements of another before a worker reports them.
    /// </summary>
    public int Schedulers { get; init; } = 1;

    /// <summary>Workers that are lost, with all that they have: their requests are placed again, and their streams go on.</summary>
    public IReadOnlyList<WorkerChange> Losses { get; init; } = [];

    /// <summary>Workers that join only then.</summary>
    public IReadOnlyList<WorkerChange> Joins { get; init; } = [];

    /// <summary>Workers that get no more requests from then on, unless all that could take one drain.</summary>
    public IReadOnlyList<WorkerChange> Drains { get; init; } = [];

    internal void Validate(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(EvictionsLostShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EvictionsLostShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RateErrorFactor, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Schedulers, 1);
        foreach (WorkerChange change in (IEnumerable<WorkerChange>)[.. Losses, .. Joins, .. Drains])
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)change.Worker, (uint)workers, "Worker");
            ArgumentOutOfRangeException.ThrowIfLessThan(change.At, TimeSpan.Zero, "At");
        }
    }
}
