using Preble.Emulator.Execution;

namespace Preble.Emulator.Machine;

/// <summary>A kernel that was asked for.</summary>
internal sealed class EmulatedFunction(EmulatedModule module, KernelCode code) : DeviceObject(module.Device)
{
    internal const int DynamicSharedDefault = 48 * 1024;

    internal EmulatedModule Module => module;

    internal KernelCode Code => code;

    /// <summary>Dynamic shared memory that a launch may ask for.</summary>
    internal int DynamicSharedMax { get; set; } = DynamicSharedDefault - code.StaticSharedBytes;
}
