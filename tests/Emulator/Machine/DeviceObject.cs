namespace Preble.Emulator.Machine;

/// <summary>What a handle of the driver stands for.</summary>
internal abstract class DeviceObject(EmulatedDevice device)
{
    internal EmulatedDevice Device => device;
}
