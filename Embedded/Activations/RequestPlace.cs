namespace Preble.Embedded.Activations;

/// <summary>Where a request is in its life.</summary>
internal enum RequestPlace : byte
{
    /// <summary>In no queue: not yet accepted, or ended.</summary>
    None,

    /// <summary>Accepted, not started.</summary>
    Waiting,

    /// <summary>Started, not ended.</summary>
    Running,
}
