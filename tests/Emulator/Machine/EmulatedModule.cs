using Preble.Emulator.Execution;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Machine;

/// <summary>A loaded module.</summary>
/// <param name="device">Where.</param>
/// <param name="kernels">By name.</param>
/// <param name="variables">Its global and constant variables.</param>
internal sealed class EmulatedModule(EmulatedDevice device, IReadOnlyDictionary<string, KernelCode> kernels, IReadOnlyList<MemoryRegion> variables) : DeviceObject(device)
{
    internal IReadOnlyDictionary<string, KernelCode> Kernels => kernels;

    internal IReadOnlyList<MemoryRegion> Variables => variables;

    /// <summary>Handles of the functions that were asked for; they end with the module.</summary>
    internal List<nint> Functions { get; } = [];
}
