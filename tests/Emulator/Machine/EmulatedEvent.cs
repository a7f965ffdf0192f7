namespace Preble.Emulator.Machine;

/// <summary>A point in a stream.</summary>
internal sealed class EmulatedEvent(EmulatedDevice device, bool timed) : DeviceObject(device)
{
    internal bool Timed => timed;

    /// <summary>When it was, in milliseconds of the device; NaN for never.</summary>
    internal double Milliseconds { get; set; } = double.NaN;

    /// <summary>The stream that it was last recorded in.</summary>
    internal EmulatedStream? Stream { get; set; }

    /// <summary>The capture that it belongs to.</summary>
    internal EmulatedGraph? Capture { get; set; }
}
