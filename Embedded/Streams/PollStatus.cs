namespace Preble.Embedded.Streams;

/// <summary>What a read of an enumeration came to.</summary>
internal enum PollStatus : byte
{
    /// <summary>Elements, and perhaps more later.</summary>
    Elements,

    /// <summary>None yet: read again.</summary>
    NoneYet,

    /// <summary>None, and the enumeration is over.</summary>
    Completed,

    /// <summary>The producer was cancelled.</summary>
    Canceled,

    /// <summary>The producer threw.</summary>
    Failed,

    /// <summary>The activation no longer has the enumeration.</summary>
    Aborted,
}
