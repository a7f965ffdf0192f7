using Preble.Emulator.Execution;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>The driver's calls about modules, functions and launches.</summary>
internal sealed unsafe class ModuleCalls(Gate gate)
{
    private const int GridMax = 65_535;
    private const int BlockZMax = 64;

    internal CudaResult Load(out nint module, ReadOnlySpan<byte> ptx, out string log)
    {
        (module, log) = (0, "");
        CudaResult result = gate.Enter("cuModuleLoadDataEx", out EmulatedDevice device);
        if (result == CudaResult.Success && device.Load(ptx, out result, out log) is EmulatedModule loaded)
        {
            module = gate.Handles.Add(loaded);
        }

        return result;
    }

    internal CudaResult Unload(nint module)
    {
        CudaResult result = gate.Enter("cuModuleUnload", out _);
        if (gate.Handles.Remove<EmulatedModule>(module) is not EmulatedModule found)
        {
            return CudaResult.InvalidHandle;
        }

        found.Device.Unload(found);
        foreach (nint function in found.Functions)
        {
            gate.Handles.Remove<EmulatedFunction>(function);
        }

        return result;
    }

    internal CudaResult Function(out nint function, nint module, string name)
    {
        function = 0;
        CudaResult result = gate.Enter("cuModuleGetFunction", out _);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedModule>(module) is not EmulatedModule found)
        {
            return CudaResult.InvalidHandle;
        }

        if (!found.Kernels.TryGetValue(name, out KernelCode? code))
        {
            return CudaResult.NotFound;
        }

        function = gate.Handles.Add(new EmulatedFunction(found, code));
        found.Functions.Add(function);
        return CudaResult.Success;
    }

    internal CudaResult GetAttribute(out int value, FunctionAttribute attribute, nint function)
    {
        value = 0;
        CudaResult result = gate.Enter("cuFuncGetAttribute", out _);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedFunction>(function) is not EmulatedFunction found)
        {
            return CudaResult.InvalidHandle;
        }

        value = attribute switch
        {
            FunctionAttribute.ThreadsPerBlockMax => found.Code.ThreadsMax,
            FunctionAttribute.StaticSharedBytes => found.Code.StaticSharedBytes,
            FunctionAttribute.LocalBytes => found.Code.LocalBytes,
            FunctionAttribute.Registers => found.Code.RegistersMax,
            _ => found.DynamicSharedMax,
        };
        return CudaResult.Success;
    }

    internal CudaResult SetAttribute(nint function, FunctionAttribute attribute, int value)
    {
        CudaResult result = gate.Enter("cuFuncSetAttribute", out _);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedFunction>(function) is not EmulatedFunction found)
        {
            return CudaResult.InvalidHandle;
        }

        if (attribute != FunctionAttribute.DynamicSharedBytesMax || value < 0 || value + found.Code.StaticSharedBytes > DeviceAttributes.SharedBytesPerBlockMax)
        {
            return CudaResult.InvalidValue;
        }

        found.DynamicSharedMax = value;
        return CudaResult.Success;
    }

    internal CudaResult BlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint dynamicSharedBytes)
    {
        blocks = 0;
        CudaResult result = gate.Enter("cuOccupancyMaxActiveBlocksPerMultiprocessor", out _);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedFunction>(function) is not EmulatedFunction found)
        {
            return CudaResult.InvalidHandle;
        }

        if (threads < 1)
        {
            return CudaResult.InvalidValue;
        }

        long shared = found.Code.StaticSharedBytes + (long)dynamicSharedBytes + 1024;
        int registers = Math.Max(found.Code.RegistersMax, 16) * threads;
        blocks = (int)Math.Min(
            Math.Min(DeviceAttributes.SharedBytesPerMultiprocessor / shared, DeviceAttributes.RegistersPerMultiprocessor / registers),
            Math.Min(DeviceAttributes.ThreadsPerMultiprocessor / threads, DeviceAttributes.BlocksPerMultiprocessor));
        return CudaResult.Success;
    }

    internal CudaResult Launch(nint function, Dim3 grid, Dim3 block, int dynamicSharedBytes, nint stream, void** arguments)
    {
        CudaResult result = gate.Enter("cuLaunchKernel", stream, out EmulatedStream on);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedFunction>(function) is not EmulatedFunction found)
        {
            return CudaResult.InvalidHandle;
        }

        long threads = (long)block.X * block.Y * block.Z;
        bool fits = grid is { X: > 0, Y: > 0 and <= GridMax, Z: > 0 and <= GridMax } && block is { X: > 0, Y: > 0, Z: > 0 and <= BlockZMax }
            && threads <= found.Code.ThreadsMax && dynamicSharedBytes >= 0 && dynamicSharedBytes <= found.DynamicSharedMax;
        if (!fits)
        {
            return CudaResult.InvalidValue;
        }

        KernelCode code = found.Code;
        byte[] constants = EmulatedDevice.Bind(code, arguments);
        EmulatedDevice device = on.Device;
        return device.Submit(on, () => device.Run(code, grid, block, dynamicSharedBytes, constants));
    }
}
