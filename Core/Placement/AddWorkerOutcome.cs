namespace Preble.Core.Placement;

/// <summary>What became of a worker's registration.</summary>
public enum AddWorkerOutcome
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It started again: what was known of its earlier start is forgotten.</summary>
    Replaced,

    /// <summary>This start was registered already. Nothing changed.</summary>
    Unchanged,

    /// <summary>A later start is registered. Nothing changed.</summary>
    Stale,

    /// <summary>There are <see cref="GlobalSchedulerOptions.WorkersMax"/> workers.</summary>
    TooMany,
}
