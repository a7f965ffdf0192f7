namespace Orleans;

/// <summary>Why an activation ends.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason was given.</summary>
    None,

    /// <summary>The host stops.</summary>
    ShuttingDown,

    /// <summary>The grain could not be made, or its <see cref="IGrainBase.OnActivateAsync"/> failed.</summary>
    ActivationFailed,

    /// <summary>Another host could not be asked where the grain is; never here.</summary>
    DirectoryFailure,

    /// <summary>The activation was not used for its age limit.</summary>
    ActivationIdle,

    /// <summary>A request ran for too long; never here.</summary>
    ActivationUnresponsive,

    /// <summary>The grain is active elsewhere; never here.</summary>
    DuplicateActivation,

    /// <summary>A request came for another version of the interface; never here.</summary>
    IncompatibleRequest,

    /// <summary>The application failed.</summary>
    ApplicationError,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>The grain moves to another host; never here.</summary>
    Migrating,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested,

    /// <summary>The host is short of memory; never here.</summary>
    HighMemoryPressure,
}
