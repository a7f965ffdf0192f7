namespace Preble.Core.Simulation;

/// <summary>How a simulated request ended.</summary>
public enum RequestOutcome
{
    /// <summary>It had not ended when the simulation did.</summary>
    Unfinished,

    /// <summary>It has its whole answer.</summary>
    Completed,

    /// <summary>No worker could take it.</summary>
    Rejected,
}
