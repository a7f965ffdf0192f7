using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Preble.Kernels.Driver;

/// <summary>The CUDA driver of this machine.</summary>
public sealed unsafe class LibCuda : ICudaDriver
{
    /// <summary>CUDA 12.0, the first whose driver reads the committed PTX (its version 8.0).</summary>
    private const int VersionMin = 12_000;

    private const int NameBytesMax = 256;
    private const int LogBytesMax = 16 << 10;
    private const int ThreadLocalCapture = 1;
    private const uint NonBlockingStream = 1;
    private const uint BlockingEvent = 1;
    private const uint UntimedEvent = 2;

    // CUjit_option: info log and its size, error log and its size.
    private static ReadOnlySpan<int> LogOptions => [3, 4, 5, 6];

    private LibCuda()
    {
    }

    /// <inheritdoc/>
    public string Name => NativeLibraries.CudaFile;

    /// <summary>Loads and initialises the driver.</summary>
    /// <param name="driver">The driver, or null.</param>
    /// <param name="reason">Why it cannot be used, in a line; empty if it can.</param>
    public static bool TryLoad(out ICudaDriver? driver, out string reason)
    {
        driver = null;
        string file = NativeLibraries.CudaFile;
        if (!NativeLibraries.TryLoadCuda(out _))
        {
            reason = $"there is no NVIDIA driver here: {file} does not load";
            return false;
        }

        try
        {
            var loaded = new LibCuda();
            CudaResult result = loaded.Init();
            if (result == CudaResult.Success)
            {
                result = loaded.DriverVersion(out int version);
                if (result == CudaResult.Success && version < VersionMin)
                {
                    reason = string.Create(CultureInfo.InvariantCulture, $"the NVIDIA driver is for CUDA {version / 1000}.{version % 1000 / 10}; 12.0 or newer is needed");
                    return false;
                }
            }

            (string name, string text) = loaded.Describe(result);
            reason = result == CudaResult.Success ? "" : $"the NVIDIA driver cannot be used: cuInit failed with {(int)result} {name}: {text}";
            driver = result == CudaResult.Success ? loaded : null;
            return driver is not null;
        }
        catch (EntryPointNotFoundException exception)
        {
            reason = $"{file} is not a driver that can be used: {exception.Message}";
            return false;
        }
    }

    /// <inheritdoc/>
    public CudaResult Init() => (CudaResult)LibCudaCalls.Init(0);

    /// <inheritdoc/>
    public CudaResult DriverVersion(out int version)
    {
        fixed (int* to = &version) return (CudaResult)LibCudaCalls.DriverGetVersion(to);
    }

    /// <inheritdoc/>
    public (string Name, string Text) Describe(CudaResult result)
    {
        byte* name = null;
        byte* text = null;
        LibCudaCalls.GetErrorName((int)result, &name);
        LibCudaCalls.GetErrorString((int)result, &text);
        return (Marshal.PtrToStringUTF8((nint)name) ?? "unknown error", Marshal.PtrToStringUTF8((nint)text) ?? "the driver does not say");
    }

    /// <inheritdoc/>
    public CudaResult DeviceCount(out int count)
    {
        fixed (int* to = &count) return (CudaResult)LibCudaCalls.DeviceGetCount(to);
    }

    /// <inheritdoc/>
    public CudaResult DeviceName(out string name, int device)
    {
        byte* text = stackalloc byte[NameBytesMax];
        text[0] = 0;
        int result = LibCudaCalls.DeviceGetName(text, NameBytesMax, device);
        name = Marshal.PtrToStringUTF8((nint)text) ?? "";
        return (CudaResult)result;
    }

    /// <inheritdoc/>
    public CudaResult DeviceAttribute(out int value, DeviceAttribute attribute, int device)
    {
        fixed (int* to = &value) return (CudaResult)LibCudaCalls.DeviceGetAttribute(to, (int)attribute, device);
    }

    /// <inheritdoc/>
    public CudaResult PrimaryContextRetain(out nint context, int device)
    {
        fixed (nint* to = &context) return (CudaResult)LibCudaCalls.DevicePrimaryCtxRetain(to, device);
    }

    /// <inheritdoc/>
    public CudaResult PrimaryContextRelease(int device) => (CudaResult)LibCudaCalls.DevicePrimaryCtxRelease(device);

    /// <inheritdoc/>
    public CudaResult ContextSetCurrent(nint context) => (CudaResult)LibCudaCalls.CtxSetCurrent(context);

    /// <inheritdoc/>
    public CudaResult ContextSynchronize() => (CudaResult)LibCudaCalls.CtxSynchronize();

    /// <inheritdoc/>
    public CudaResult MemoryInfo(out nuint free, out nuint total)
    {
        fixed (nuint* toFree = &free, toTotal = &total) return (CudaResult)LibCudaCalls.MemGetInfo(toFree, toTotal);
    }

    /// <inheritdoc/>
    public CudaResult ModuleLoad(out nint module, ReadOnlySpan<byte> ptx, out string log)
    {
        byte[] info = new byte[LogBytesMax];
        byte[] error = new byte[LogBytesMax];
        fixed (byte* image = ptx, toInfo = info, toError = error)
        fixed (int* names = LogOptions)
        fixed (nint* to = &module)
        {
            // A size is passed as the value itself.
            nint* values = stackalloc nint[] { (nint)toInfo, info.Length, (nint)toError, error.Length };
            int result = LibCudaCalls.ModuleLoadDataEx(to, image, (uint)LogOptions.Length, names, values);
            log = Text(error) is { Length: > 0 } said ? said : Text(info);
            return (CudaResult)result;
        }
    }

    /// <inheritdoc/>
    public CudaResult ModuleUnload(nint module) => (CudaResult)LibCudaCalls.ModuleUnload(module);

    /// <inheritdoc/>
    public CudaResult ModuleFunction(out nint function, nint module, string name)
    {
        fixed (nint* to = &function) return (CudaResult)LibCudaCalls.ModuleGetFunction(to, module, name);
    }

    /// <inheritdoc/>
    public CudaResult FunctionGetAttribute(out int value, FunctionAttribute attribute, nint function)
    {
        fixed (int* to = &value) return (CudaResult)LibCudaCalls.FuncGetAttribute(to, (int)attribute, function);
    }

    /// <inheritdoc/>
    public CudaResult FunctionSetAttribute(nint function, FunctionAttribute attribute, int value) =>
        (CudaResult)LibCudaCalls.FuncSetAttribute(function, (int)attribute, value);

    /// <inheritdoc/>
    public CudaResult BlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint dynamicSharedBytes)
    {
        fixed (int* to = &blocks) return (CudaResult)LibCudaCalls.OccupancyMaxActiveBlocksPerMultiprocessor(to, function, threads, dynamicSharedBytes);
    }

    /// <inheritdoc/>
    public CudaResult Launch(nint function, Dim3 grid, Dim3 block, int dynamicSharedBytes, nint stream, void** arguments) => (CudaResult)LibCudaCalls.LaunchKernel(
        function, (uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)block.X, (uint)block.Y, (uint)block.Z, (uint)dynamicSharedBytes, stream, arguments, null);

    /// <inheritdoc/>
    public CudaResult MemoryAllocate(out DevicePointer pointer, nuint bytes)
    {
        ulong made = 0;
        int result = LibCudaCalls.MemAlloc(&made, bytes);
        pointer = new DevicePointer(made);
        return (CudaResult)result;
    }

    /// <inheritdoc/>
    public CudaResult MemoryFree(DevicePointer pointer) => (CudaResult)LibCudaCalls.MemFree(pointer.Address);

    /// <inheritdoc/>
    public CudaResult HostAllocate(out nint pointer, nuint bytes)
    {
        fixed (nint* to = &pointer) return (CudaResult)LibCudaCalls.MemHostAlloc(to, bytes, 0);
    }

    /// <inheritdoc/>
    public CudaResult HostFree(nint pointer) => (CudaResult)LibCudaCalls.MemFreeHost(pointer);

    /// <inheritdoc/>
    public CudaResult CopyToDevice(DevicePointer target, void* source, nuint bytes, nint stream) =>
        (CudaResult)LibCudaCalls.MemcpyHtoDAsync(target.Address, source, bytes, stream);

    /// <inheritdoc/>
    public CudaResult CopyToHost(void* target, DevicePointer source, nuint bytes, nint stream) =>
        (CudaResult)LibCudaCalls.MemcpyDtoHAsync(target, source.Address, bytes, stream);

    /// <inheritdoc/>
    public CudaResult CopyOnDevice(DevicePointer target, DevicePointer source, nuint bytes, nint stream) =>
        (CudaResult)LibCudaCalls.MemcpyDtoDAsync(target.Address, source.Address, bytes, stream);

    /// <inheritdoc/>
    public CudaResult Fill(DevicePointer target, uint value, nuint count, nint stream) =>
        (CudaResult)LibCudaCalls.MemsetD32Async(target.Address, value, count, stream);

    /// <inheritdoc/>
    public CudaResult StreamCreate(out nint stream)
    {
        fixed (nint* to = &stream) return (CudaResult)LibCudaCalls.StreamCreate(to, NonBlockingStream);
    }

    /// <inheritdoc/>
    public CudaResult StreamDestroy(nint stream) => (CudaResult)LibCudaCalls.StreamDestroy(stream);

    /// <inheritdoc/>
    public CudaResult StreamSynchronize(nint stream) => (CudaResult)LibCudaCalls.StreamSynchronize(stream);

    /// <inheritdoc/>
    public CudaResult StreamWait(nint stream, nint @event) => (CudaResult)LibCudaCalls.StreamWaitEvent(stream, @event, 0);

    /// <inheritdoc/>
    public CudaResult StreamBeginCapture(nint stream) => (CudaResult)LibCudaCalls.StreamBeginCapture(stream, ThreadLocalCapture);

    /// <inheritdoc/>
    public CudaResult StreamEndCapture(nint stream, out nint graph)
    {
        fixed (nint* to = &graph) return (CudaResult)LibCudaCalls.StreamEndCapture(stream, to);
    }

    /// <inheritdoc/>
    public CudaResult EventCreate(out nint @event, bool timed)
    {
        fixed (nint* to = &@event) return (CudaResult)LibCudaCalls.EventCreate(to, BlockingEvent | (timed ? 0 : UntimedEvent));
    }

    /// <inheritdoc/>
    public CudaResult EventDestroy(nint @event) => (CudaResult)LibCudaCalls.EventDestroy(@event);

    /// <inheritdoc/>
    public CudaResult EventRecord(nint @event, nint stream) => (CudaResult)LibCudaCalls.EventRecord(@event, stream);

    /// <inheritdoc/>
    public CudaResult EventQuery(nint @event) => (CudaResult)LibCudaCalls.EventQuery(@event);

    /// <inheritdoc/>
    public CudaResult EventSynchronize(nint @event) => (CudaResult)LibCudaCalls.EventSynchronize(@event);

    /// <inheritdoc/>
    public CudaResult EventElapsed(out float milliseconds, nint start, nint end)
    {
        fixed (float* to = &milliseconds) return (CudaResult)LibCudaCalls.EventElapsedTime(to, start, end);
    }

    /// <inheritdoc/>
    public CudaResult GraphInstantiate(out nint executable, nint graph)
    {
        fixed (nint* to = &executable) return (CudaResult)LibCudaCalls.GraphInstantiateWithFlags(to, graph, 0);
    }

    /// <inheritdoc/>
    public CudaResult GraphDestroy(nint graph) => (CudaResult)LibCudaCalls.GraphDestroy(graph);

    /// <inheritdoc/>
    public CudaResult GraphLaunch(nint executable, nint stream) => (CudaResult)LibCudaCalls.GraphLaunch(executable, stream);

    /// <inheritdoc/>
    public CudaResult GraphExecutableDestroy(nint executable) => (CudaResult)LibCudaCalls.GraphExecDestroy(executable);

    private static string Text(byte[] log)
    {
        int end = Array.IndexOf(log, (byte)0);
        return Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end).Trim();
    }
}
