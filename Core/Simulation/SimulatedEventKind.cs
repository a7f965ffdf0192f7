namespace Preble.Core.Simulation;

/// <summary>The kinds of events.</summary>
internal enum SimulatedEventKind
{
    /// <summary>A client sends a request.</summary>
    Arrival,

    /// <summary>A request reaches the worker that it was placed on.</summary>
    Delivery,

    /// <summary>A worker has finished a step.</summary>
    StepEnd,

    /// <summary>A worker's engine has rested after a step.</summary>
    PauseEnd,

    /// <summary>What a worker tells reaches the schedulers.</summary>
    Feedback,

    /// <summary>A worker is lost.</summary>
    Loss,

    /// <summary>A worker joins.</summary>
    Join,

    /// <summary>A worker gets no more requests.</summary>
    Drain,

    /// <summary>The load of all workers is written down.</summary>
    Sample,
}
