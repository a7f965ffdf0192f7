using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>Memory of the host that the device copies from and to while both compute.</summary>
internal sealed unsafe class PinnedMemory : CudaHandle
{
    internal PinnedMemory(CudaDevice device, long bytes)
        : base(device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Bytes = bytes;
        Driver.HostAllocate(out nint pointer, (nuint)bytes).Check(Driver, "cuMemHostAlloc", $"{bytes} bytes");
        Own(pointer);
    }

    /// <summary>Size in bytes.</summary>
    internal long Bytes { get; }

    /// <summary>Where it begins.</summary>
    internal byte* Pointer => (byte*)Value;

    private protected override CudaResult Free() => Driver.HostFree(handle);
}
