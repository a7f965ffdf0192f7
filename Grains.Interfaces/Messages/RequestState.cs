namespace Preble.Grains.Interfaces;

/// <summary>Where a request stands.</summary>
[GenerateSerializer]
[Alias("preble.request-state")]
public enum RequestState
{
    /// <summary>It waits for the scheduler's decision.</summary>
    Placing,

    /// <summary>It waits in its worker's queue.</summary>
    Queued,

    /// <summary>Its worker computes it.</summary>
    Running,

    /// <summary>Every choice has ended.</summary>
    Completed,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>It was never run.</summary>
    Rejected,

    /// <summary>It failed.</summary>
    Failed,
}
