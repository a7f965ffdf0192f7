namespace Preble.Core.Placement;

/// <summary>How a placed request ended.</summary>
public enum CompletionOutcome
{
    /// <summary>The model ended its answer.</summary>
    Completed,

    /// <summary>The answer reached its limit of tokens.</summary>
    LengthLimit,

    /// <summary>The client went away.</summary>
    Cancelled,

    /// <summary>The worker did not take it.</summary>
    Rejected,

    /// <summary>The worker's computation failed.</summary>
    Failed,

    /// <summary>The worker seems to have gone.</summary>
    Lost,
}
