namespace Preble.Embedded.Activations;

/// <summary>The life of an activation; it only ever goes down this list.</summary>
internal enum ActivationState : byte
{
    /// <summary>Nothing has run.</summary>
    Created,

    /// <summary>The grain is being made, or its activation hook runs. Requests wait.</summary>
    Activating,

    /// <summary>Requests run.</summary>
    Valid,

    /// <summary>Requests that run go on, no other starts.</summary>
    Deactivating,

    /// <summary>No request runs; the deactivation hook runs.</summary>
    Ending,

    /// <summary>Over. Requests are refused, so that their senders find the next activation.</summary>
    Invalid,
}
