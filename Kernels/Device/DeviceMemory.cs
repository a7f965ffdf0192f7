using System.Globalization;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>Memory of the device, not initialised.</summary>
internal sealed class DeviceMemory : CudaHandle
{
    /// <summary>Allocates; throws <see cref="CudaException"/> with what was asked for and what is free.</summary>
    internal DeviceMemory(CudaDevice device, long bytes)
        : base(device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Bytes = bytes;
        CudaResult result = Driver.MemoryAllocate(out DevicePointer pointer, (nuint)bytes);
        if (result != CudaResult.Success)
        {
            string free = Driver.MemoryInfo(out nuint left, out _) == CudaResult.Success ? string.Create(CultureInfo.InvariantCulture, $", {left:N0} free") : "";
            result.Check(Driver, "cuMemAlloc", string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes{free} on device {device.Index}"));
        }

        Own((nint)pointer.Address);
    }

    /// <summary>Size in bytes.</summary>
    internal long Bytes { get; }

    /// <summary>Where it begins.</summary>
    internal DevicePointer Pointer => new((ulong)Value);

    private protected override CudaResult Free() => Driver.MemoryFree(new DevicePointer((ulong)handle));
}
