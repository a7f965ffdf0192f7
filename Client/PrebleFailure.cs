namespace Preble.Client;

/// <summary>What can go wrong with a call: a closed set.</summary>
public enum PrebleFailure
{
    /// <summary>A field is not as it must be; <see cref="PrebleException.Param"/> names it. The same call fails again.</summary>
    InvalidRequest,

    /// <summary>No such model is served.</summary>
    ModelNotFound,

    /// <summary>The prompt, with what it may produce, is longer than the model or any worker can hold.</summary>
    PromptTooLong,

    /// <summary>Every worker that could take the call has a full queue; try again after <see cref="PrebleException.RetryAfter"/>.</summary>
    QueueFull,

    /// <summary>No worker serves the model now.</summary>
    NoWorker,

    /// <summary>The worker went away, and so did every other one that was tried.</summary>
    WorkerLost,

    /// <summary>The worker's computation failed.</summary>
    WorkerFailed,

    /// <summary>The request id was used before.</summary>
    DuplicateRequest,

    /// <summary>The cluster ended the call, because it stops, not the caller.</summary>
    Cancelled,

    /// <summary>No silo answers, or the one that had the call went away and no other did in time. Text that was already streamed is good; the rest needs a new call.</summary>
    ClusterUnavailable,

    /// <summary>The silos and this client were built from sources with different <c>ContractVersion</c>s. Nothing was sent; only another build helps.</summary>
    ContractMismatch,

    /// <summary>The cluster failed in a way of which it knows no name; its log says more.</summary>
    ServerError,
}
