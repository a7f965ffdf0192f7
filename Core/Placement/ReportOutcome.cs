namespace Preble.Core.Placement;

/// <summary>What became of a worker's report.</summary>
public enum ReportOutcome
{
    /// <summary>The view of the worker is now as reported.</summary>
    Applied,

    /// <summary>A later one was there already, or it is of another start of the worker.</summary>
    Stale,

    /// <summary>The worker is not registered; it should register again.</summary>
    UnknownWorker,

    /// <summary>Its numbers cannot be: negative, an unknown phase, or more sequences than the worker may have. Nothing of it was used.</summary>
    Malformed,
}
