namespace Preble.Core.Placement;

/// <summary>How a request for a worker ends.</summary>
public enum PlacementOutcome
{
    /// <summary>A worker was chosen.</summary>
    Placed,

    /// <summary>No worker is registered, or all that are have been excluded.</summary>
    NoWorker,

    /// <summary>Every worker that could take the prompt has its waiting queue full, or the scheduler has as many live requests as it may.</summary>
    QueueFull,

    /// <summary>No worker's memory holds the prompt and one more token.</summary>
    PromptTooLong,
}
