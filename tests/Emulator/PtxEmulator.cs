using Preble.Emulator.Execution;
using Preble.Emulator.Machine;
using Preble.Kernels.Driver;

namespace Preble.Emulator;

/// <summary>
/// A CUDA driver without a device: kernels are read from their PTX and run on the host, with checks that no device makes. Work is done as soon as it is
/// asked for; what a kernel does wrong is told by the next call, as the driver does, and in <see cref="Faults"/>.
/// </summary>
public sealed unsafe class PtxEmulator : ICudaDriver, IDisposable
{
    private const int Version = 12_040;

    private readonly Gate _gate;
    private readonly ModuleCalls _modules;
    private readonly MemoryCalls _memory;
    private readonly StreamCalls _streams;

    /// <param name="options">What the machine is like; null for one device of compute capability 8.0 with all checks.</param>
    public PtxEmulator(EmulatorOptions? options = null)
    {
        _gate = new Gate(options ?? new EmulatorOptions());
        _modules = new ModuleCalls(_gate);
        _memory = new MemoryCalls(_gate);
        _streams = new StreamCalls(_gate);
    }

    /// <inheritdoc/>
    public string Name => "emulator";

    /// <summary>Reports of what kernels did wrong.</summary>
    public IReadOnlyList<Fault> Faults
    {
        get
        {
            lock (_gate.Faults)
            {
                return [.. _gate.Faults];
            }
        }
    }

    /// <summary>Handles that are not freed, of modules, functions, streams, events, graphs and memory of the host.</summary>
    public int LiveHandles => _gate.Handles.Count;

    /// <summary>Memory in use on a device, in bytes.</summary>
    public long BytesUsed(int device) => (long)_gate.Devices[device].Memory.BytesUsed;

    /// <summary>Warp instructions that a device has run.</summary>
    public long Instructions(int device) => _gate.Devices[device].Instructions;

    /// <summary>Makes the next call of that name, for instance <c>cuMemAlloc</c>, fail; asked for several times, as many calls.</summary>
    public void FailNext(string call, CudaResult result) => _gate.FailNext(call, result);

    /// <summary>Whether a failure that was asked for has not come yet.</summary>
    public bool HasFailuresLeft => _gate.HasFailures;

    /// <summary>Takes a device away: every call in its context fails from now on.</summary>
    public void Lose(int device, CudaResult result) => _gate.Devices[device].Break(result);

    /// <inheritdoc/>
    public CudaResult Init() => _gate.Init();

    /// <inheritdoc/>
    public CudaResult DriverVersion(out int version)
    {
        version = Version;
        return _gate.Injected("cuDriverGetVersion");
    }

    /// <summary>As the driver tells it, and of the error that ended the thread's context also which kernel did what wrong, and where.</summary>
    public (string Name, string Text) Describe(CudaResult result)
    {
        (string name, string text) = ResultNames.Describe(result);
        return _gate.Fault is { } fault && fault.Result == result ? (name, $"{text}: {fault}") : (name, text);
    }

    /// <inheritdoc/>
    public CudaResult DeviceCount(out int count)
    {
        count = _gate.Devices.Length;
        return _gate.Ready("cuDeviceGetCount");
    }

    /// <inheritdoc/>
    public CudaResult DeviceName(out string name, int device)
    {
        name = $"Emulated sm_{_gate.Options.ComputeCapability}";
        return _gate.Known("cuDeviceGetName", device);
    }

    /// <inheritdoc/>
    public CudaResult DeviceAttribute(out int value, DeviceAttribute attribute, int device)
    {
        value = DeviceAttributes.Value(attribute, _gate.Options);
        return _gate.Known("cuDeviceGetAttribute", device);
    }

    /// <inheritdoc/>
    public CudaResult PrimaryContextRetain(out nint context, int device)
    {
        CudaResult result = _gate.Known("cuDevicePrimaryCtxRetain", device);
        result = result == CudaResult.Success ? _gate.Devices[device].Broken : result;
        context = result == CudaResult.Success ? device + 1 : 0;
        return result;
    }

    /// <inheritdoc/>
    public CudaResult PrimaryContextRelease(int device) => _gate.Known("cuDevicePrimaryCtxRelease", device);

    /// <inheritdoc/>
    public CudaResult ContextSetCurrent(nint context) => _gate.SetCurrent(context);

    /// <inheritdoc/>
    public CudaResult ContextSynchronize() => _gate.Enter("cuCtxSynchronize", out _);

    /// <inheritdoc/>
    public CudaResult MemoryInfo(out nuint free, out nuint total) => _memory.Info(out free, out total);

    /// <inheritdoc/>
    public CudaResult ModuleLoad(out nint module, ReadOnlySpan<byte> ptx, out string log) => _modules.Load(out module, ptx, out log);

    /// <inheritdoc/>
    public CudaResult ModuleUnload(nint module) => _modules.Unload(module);

    /// <inheritdoc/>
    public CudaResult ModuleFunction(out nint function, nint module, string name) => _modules.Function(out function, module, name);

    /// <inheritdoc/>
    public CudaResult FunctionGetAttribute(out int value, FunctionAttribute attribute, nint function) => _modules.GetAttribute(out value, attribute, function);

    /// <inheritdoc/>
    public CudaResult FunctionSetAttribute(nint function, FunctionAttribute attribute, int value) => _modules.SetAttribute(function, attribute, value);

    /// <inheritdoc/>
    public CudaResult BlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint dynamicSharedBytes) =>
        _modules.BlocksPerMultiprocessor(out blocks, function, threads, dynamicSharedBytes);

    /// <inheritdoc/>
    public CudaResult Launch(nint function, Dim3 grid, Dim3 block, int dynamicSharedBytes, nint stream, void** arguments) =>
        _modules.Launch(function, grid, block, dynamicSharedBytes, stream, arguments);

    /// <inheritdoc/>
    public CudaResult MemoryAllocate(out DevicePointer pointer, nuint bytes) => _memory.Allocate(out pointer, bytes);

    /// <inheritdoc/>
    public CudaResult MemoryFree(DevicePointer pointer) => _memory.Free(pointer);

    /// <inheritdoc/>
    public CudaResult HostAllocate(out nint pointer, nuint bytes) => _memory.HostAllocate(out pointer, bytes);

    /// <inheritdoc/>
    public CudaResult HostFree(nint pointer) => _memory.HostFree(pointer);

    /// <inheritdoc/>
    public CudaResult CopyToDevice(DevicePointer target, void* source, nuint bytes, nint stream) => _memory.CopyToDevice(target, source, bytes, stream);

    /// <inheritdoc/>
    public CudaResult CopyToHost(void* target, DevicePointer source, nuint bytes, nint stream) => _memory.CopyToHost(target, source, bytes, stream);

    /// <inheritdoc/>
    public CudaResult CopyOnDevice(DevicePointer target, DevicePointer source, nuint bytes, nint stream) => _memory.CopyOnDevice(target, source, bytes, stream);

    /// <inheritdoc/>
    public CudaResult Fill(DevicePointer target, uint value, nuint count, nint stream) => _memory.Fill(target, value, count, stream);

    /// <inheritdoc/>
    public CudaResult StreamCreate(out nint stream) => _streams.Create(out stream);

    /// <inheritdoc/>
    public CudaResult StreamDestroy(nint stream) => _streams.Destroy(stream);

    /// <inheritdoc/>
    public CudaResult StreamSynchronize(nint stream) => _streams.Synchronize(stream);

    /// <inheritdoc/>
    public CudaResult StreamWait(nint stream, nint @event) => _streams.Wait(stream, @event);

    /// <inheritdoc/>
    public CudaResult StreamBeginCapture(nint stream) => _streams.BeginCapture(stream);

    /// <inheritdoc/>
    public CudaResult StreamEndCapture(nint stream, out nint graph) => _streams.EndCapture(stream, out graph);

    /// <inheritdoc/>
    public CudaResult EventCreate(out nint @event, bool timed) => _streams.EventCreate(out @event, timed);

    /// <inheritdoc/>
    public CudaResult EventDestroy(nint @event) => _streams.EventDestroy(@event);

    /// <inheritdoc/>
    public CudaResult EventRecord(nint @event, nint stream) => _streams.EventRecord(@event, stream);

    /// <inheritdoc/>
    public CudaResult EventQuery(nint @event) => _streams.EventQuery(@event);

    /// <inheritdoc/>
    public CudaResult EventSynchronize(nint @event) => _streams.EventSynchronize(@event);

    /// <inheritdoc/>
    public CudaResult EventElapsed(out float milliseconds, nint start, nint end) => _streams.EventElapsed(out milliseconds, start, end);

    /// <inheritdoc/>
    public CudaResult GraphInstantiate(out nint executable, nint graph) => _streams.GraphInstantiate(out executable, graph);

    /// <inheritdoc/>
    public CudaResult GraphDestroy(nint graph) => _streams.GraphDestroy(graph);

    /// <inheritdoc/>
    public CudaResult GraphLaunch(nint executable, nint stream) => _streams.GraphLaunch(executable, stream);

    /// <inheritdoc/>
    public CudaResult GraphExecutableDestroy(nint executable) => _streams.ExecutableDestroy(executable);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
