namespace Preble.Emulator.Machine;

/// <summary>An order of work, which is done as soon as it is asked for.</summary>
internal sealed class EmulatedStream(EmulatedDevice device) : DeviceObject(device)
{
    /// <summary>Where work is recorded instead of done; null if it is done.</summary>
    internal EmulatedGraph? Capture { get; set; }
}
