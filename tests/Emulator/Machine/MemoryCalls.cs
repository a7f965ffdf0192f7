using System.Runtime.InteropServices;
using Preble.Emulator.Memory;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>The driver's calls about memory.</summary>
internal sealed unsafe class MemoryCalls(Gate gate)
{
    internal CudaResult Info(out nuint free, out nuint total)
    {
        CudaResult result = gate.Enter("cuMemGetInfo", out EmulatedDevice device);
        (free, total) = result == CudaResult.Success ? ((nuint)(device.Memory.BytesMax - device.Memory.BytesUsed), (nuint)device.Memory.BytesMax) : (0, 0);
        return result;
    }

    internal CudaResult Allocate(out DevicePointer pointer, nuint bytes)
    {
        pointer = default;
        CudaResult result = gate.Enter("cuMemAlloc", out EmulatedDevice device);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (bytes == 0)
        {
            return CudaResult.InvalidValue;
        }

        if (device.Allocate(bytes) is not MemoryRegion region)
        {
            return CudaResult.OutOfMemory;
        }

        pointer = new DevicePointer(region.Start);
        return CudaResult.Success;
    }

    internal CudaResult Free(DevicePointer pointer)
    {
        CudaResult result = gate.Enter("cuMemFree", out EmulatedDevice device);
        return device == null || result == CudaResult.Deinitialized ? result : pointer.Address == 0 || device.Free(pointer.Address) ? result : CudaResult.InvalidValue;
    }

    internal CudaResult HostAllocate(out nint pointer, nuint bytes)
    {
        pointer = 0;
        CudaResult result = gate.Enter("cuMemHostAlloc", out _);
        if (result == CudaResult.Success)
        {
            pointer = (nint)NativeMemory.AlignedAlloc(bytes, 4096);
            NativeMemory.Fill((void*)pointer, bytes, ByteState.Poison);
            gate.Handles.Add(pointer, new HostMemory(pointer));
        }

        return result;
    }

    internal CudaResult HostFree(nint pointer)
    {
        CudaResult result = gate.Enter("cuMemFreeHost", out _);
        if (gate.Handles.Remove<HostMemory>(pointer) == null)
        {
            return CudaResult.InvalidValue;
        }

        NativeMemory.AlignedFree((void*)pointer);
        return result;
    }

    internal CudaResult CopyToDevice(DevicePointer target, void* source, nuint bytes, nint stream)
    {
        CudaResult result = Begin("cuMemcpyHtoDAsync", stream, target, bytes, out EmulatedStream on);
        return result == CudaResult.Success && bytes > 0 ? on.Device.Submit(on, () => on.Device.CopyIn(target, source, bytes)) : result;
    }

    internal CudaResult CopyToHost(void* target, DevicePointer source, nuint bytes, nint stream)
    {
        CudaResult result = Begin("cuMemcpyDtoHAsync", stream, source, bytes, out EmulatedStream on);
        return result == CudaResult.Success && bytes > 0 ? on.Device.Submit(on, () => on.Device.CopyOut(target, source, bytes)) : result;
    }

    internal CudaResult CopyOnDevice(DevicePointer target, DevicePointer source, nuint bytes, nint stream)
    {
        CudaResult result = Begin("cuMemcpyDtoDAsync", stream, target, bytes, out EmulatedStream on);
        if (result != CudaResult.Success || bytes == 0)
        {
            return result;
        }

        bool overlap = target.Address < source.Address + bytes && source.Address < target.Address + bytes;
        return overlap || on.Device.Memory.Find(source.Address, bytes) == null ? CudaResult.InvalidValue
            : on.Device.Submit(on, () => on.Device.Copy(target, source, bytes));
    }

    internal CudaResult Fill(DevicePointer target, uint value, nuint count, nint stream)
    {
        CudaResult result = Begin("cuMemsetD32Async", stream, target, 4 * count, out EmulatedStream on);
        return result != CudaResult.Success || count == 0 ? result
            : target.Address % 4 != 0 ? CudaResult.InvalidValue
            : on.Device.Submit(on, () => on.Device.Fill(target, value, count));
    }

    private CudaResult Begin(string call, nint stream, DevicePointer place, nuint bytes, out EmulatedStream on)
    {
        CudaResult result = gate.Enter(call, stream, out on);
        return result != CudaResult.Success || bytes == 0 || on.Device.Memory.Find(place.Address, bytes) != null ? result : CudaResult.InvalidValue;
    }
}
