namespace Preble.Embedded.Activations;

/// <summary>How a request runs beside the others of its activation.</summary>
internal enum RequestKind : byte
{
    /// <summary>Alone: it starts when no other of this kind or read-only runs.</summary>
    Exclusive,

    /// <summary>Beside other read-only ones.</summary>
    ReadOnly,

    /// <summary>Beside anything, at any time.</summary>
    Interleaving,
}
