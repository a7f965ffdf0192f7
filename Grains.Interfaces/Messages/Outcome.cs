namespace Preble.Grains.Interfaces;

/// <summary>How an operation ended: a closed set, mapped to HTTP in one table.</summary>
[GenerateSerializer]
[Alias("preble.outcome")]
public enum Outcome
{
    /// <summary>As it should; also a placement that found a worker.</summary>
    Completed,

    /// <summary>The client went away or asked to stop.</summary>
    Cancelled,

    /// <summary>Every worker that could take the request has a full queue. Try again later.</summary>
    QueueFull,

    /// <summary>No worker serves the model now.</summary>
    NoWorker,

    /// <summary>The prompt, with what it may produce, is longer than the model or any worker can hold.</summary>
    PromptTooLong,

    /// <summary>The worker went away, and so did every other one that was tried.</summary>
    WorkerLost,

    /// <summary>The worker's computation failed.</summary>
    WorkerFailed,

    /// <summary>The request id was used before.</summary>
    DuplicateRequest,

    /// <summary>The worker is leaving and had not begun with the request, which goes on elsewhere.</summary>
    WorkerDraining,

    /// <summary>The gateway that had the request went away while it ran.</summary>
    GatewayLost,
}
