namespace Preble.Emulator.Machine;

/// <summary>Recorded work, also once it is ready to be launched.</summary>
internal sealed class EmulatedGraph(EmulatedDevice device, EmulatedStream origin) : DeviceObject(device)
{
    private readonly List<Action> _work = [];

    /// <summary>The stream whose capture this is.</summary>
    internal EmulatedStream Origin => origin;

    /// <summary>Streams that take part.</summary>
    internal HashSet<EmulatedStream> Streams { get; } = [origin];

    /// <summary>Those that have work which the origin has not waited for.</summary>
    internal HashSet<EmulatedStream> Unjoined { get; } = [];

    /// <summary>Whether a call that may not be captured has spoilt it.</summary>
    internal bool Invalid { get; set; }

    internal IReadOnlyList<Action> Work => _work;

    internal void Add(EmulatedStream stream, Action work)
    {
        _work.Add(work);
        if (stream != origin)
        {
            Unjoined.Add(stream);
        }
    }
}
