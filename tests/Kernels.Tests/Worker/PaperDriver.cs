using System.Runtime.InteropServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Tests.Worker;

/// <summary>
/// A driver that computes nothing and keeps books: every handle is used while it lives and freed once, every copy lies within an allocation, and the
/// n-th call fails when it is told so. What breaks a rule throws.
/// </summary>
internal sealed unsafe class PaperDriver : ICudaDriver
{
    private const long MemoryBytes = 1L << 32;
    private readonly Dictionary<nint, string> _live = [];
    private readonly Dictionary<ulong, ulong> _memory = [];
    private ulong _nextAddress = 1UL << 32;
    private nint _next = 1;
    private nint _capturing;

    public string Name => "paper";

    /// <summary>Calls so far that a failure may be told of.</summary>
    public int Calls { get; private set; }

    /// <summary>The call that fails, counted from 1; 0 for none.</summary>
    public int FailingCall { get; set; }

    /// <summary>How it fails.</summary>
    public CudaResult Failure { get; set; } = CudaResult.OutOfMemory;

    /// <summary>Whether it fails from then on, as a device that is lost.</summary>
    public bool FailsFromThenOn { get; set; }

    /// <summary>What is not freed.</summary>
    public IEnumerable<string> Live => _live.Values.Concat(_memory.Keys.Select(address => $"memory at {address:x}"));

    /// <summary>Device memory in use, in bytes.</summary>
    public long BytesUsed => _memory.Values.Sum(bytes => (long)bytes);

    /// <summary>Kernels that were asked for, and those of replayed graphs not counted.</summary>
    public int Launches { get; private set; }

    /// <summary>Recordings that were begun.</summary>
    public int Captures { get; private set; }

    /// <summary>Graphs that were replayed.</summary>
    public int Replays { get; private set; }

    /// <summary>Copies to the device and to the host.</summary>
    public (int ToDevice, int ToHost) Copies { get; private set; }

    public CudaResult Init() => CudaResult.Success;

    public CudaResult DriverVersion(out int version) => Say(12_040, out version);

    public (string Name, string Text) Describe(CudaResult result) => ($"CUDA_ERROR_{result}", "as the test told");

    public CudaResult DeviceCount(out int count) => Say(1, out count);

    public CudaResult DeviceName(out string name, int device) => Say("paper", out name);

    public CudaResult DeviceAttribute(out int value, DeviceAttribute attribute, int device) => Say(
        attribute switch
        {
            Driver.DeviceAttribute.ComputeCapabilityMajor => 8,
            Driver.DeviceAttribute.ComputeCapabilityMinor => 0,
            Driver.DeviceAttribute.SharedMemoryBytesPerBlockOptIn => 166_912,
            _ => 100,
        },
        out value);

    public CudaResult PrimaryContextRetain(out nint context, int device) => Make("context", out context);

    public CudaResult PrimaryContextRelease(int device) => Free(_live.Single(handle => handle.Value == "context").Key, "context");

    public CudaResult ContextSetCurrent(nint context)
    {
        Use(context, "context");
        return Next();
    }

    public CudaResult ContextSynchronize() => Next();

    public CudaResult MemoryInfo(out nuint free, out nuint total)
    {
        total = unchecked((nuint)MemoryBytes);
        return Say(unchecked((nuint)(MemoryBytes - BytesUsed)), out free);
    }

    public CudaResult ModuleLoad(out nint module, ReadOnlySpan<byte> ptx, out string log)
    {
        log = "";
        return Make("module", out module);
    }

    public CudaResult ModuleUnload(nint module) => Free(module, "module");

    public CudaResult ModuleFunction(out nint function, nint module, string name)
    {
        Use(module, "module");
        return Say(module, out function);
    }

    public CudaResult FunctionGetAttribute(out int value, FunctionAttribute attribute, nint function) => Say(0, out value);

    public CudaResult FunctionSetAttribute(nint function, FunctionAttribute attribute, int value) => Next();

    public CudaResult BlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint dynamicSharedBytes) => Say(1, out blocks);

    public CudaResult Launch(nint function, Dim3 grid, Dim3 block, int dynamicSharedBytes, nint stream, void** arguments)
    {
        Use(function, "module");
        Use(stream, "stream");
        if (grid is not { X: > 0, Y: > 0, Z: > 0 } || block is not { X: > 0 and <= 1024, Y: 1, Z: 1 })
        {
            throw new InvalidOperationException($"A launch of {grid} blocks of {block} threads cannot be.");
        }

        Launches += _capturing == 0 ? 1 : 0;
        return Next();
    }

    public CudaResult MemoryAllocate(out DevicePointer pointer, nuint bytes)
    {
        pointer = new DevicePointer(_nextAddress);
        CudaResult result = Next();
        if (result == CudaResult.Success)
        {
            _memory.Add(_nextAddress, bytes);
            _nextAddress += (bytes + 511) & ~(nuint)255;
        }

        return result;
    }

    public CudaResult MemoryFree(DevicePointer pointer)
    {
        _memory.Remove(pointer.Address).Should().BeTrue("memory is freed once");
        return CudaResult.Success;
    }

    public CudaResult HostAllocate(out nint pointer, nuint bytes)
    {
        pointer = 0;
        CudaResult result = Next();
        if (result == CudaResult.Success)
        {
            pointer = (nint)NativeMemory.AllocZeroed(bytes);
            _live.Add(pointer, "host memory");
        }

        return result;
    }

    public CudaResult HostFree(nint pointer)
    {
        CudaResult result = Free(pointer, "host memory");
        NativeMemory.Free((void*)pointer);
        return result;
    }

    public CudaResult CopyToDevice(DevicePointer target, void* source, nuint bytes, nint stream)
    {
        Copies = (Copies.ToDevice + 1, Copies.ToHost);
        return Copy(target, bytes, stream);
    }

    public CudaResult CopyToHost(void* target, DevicePointer source, nuint bytes, nint stream)
    {
        Copies = (Copies.ToDevice, Copies.ToHost + 1);
        return Copy(source, bytes, stream);
    }

    public CudaResult CopyOnDevice(DevicePointer target, DevicePointer source, nuint bytes, nint stream) => Copy(target, bytes, stream);

    public CudaResult Fill(DevicePointer target, uint value, nuint count, nint stream) => Copy(target, count * sizeof(uint), stream);

    public CudaResult StreamCreate(out nint stream) => Make("stream", out stream);

    public CudaResult StreamDestroy(nint stream) => Free(stream, "stream");

    public CudaResult StreamSynchronize(nint stream)
    {
        Use(stream, "stream");
        return Next();
    }

    public CudaResult StreamWait(nint stream, nint @event) => Next();

    public CudaResult StreamBeginCapture(nint stream)
    {
        Captures++;
        CudaResult result = Next();
        _capturing = result == CudaResult.Success ? stream : 0;
        return result;
    }

    public CudaResult StreamEndCapture(nint stream, out nint graph)
    {
        _capturing.Should().Be(stream);
        _capturing = 0;
        return Make("graph", out graph);
    }

    public CudaResult EventCreate(out nint @event, bool timed) => Make("event", out @event);

    public CudaResult EventDestroy(nint @event) => Free(@event, "event");

    public CudaResult EventRecord(nint @event, nint stream)
    {
        Use(@event, "event");
        return Next();
    }

    public CudaResult EventQuery(nint @event)
    {
        Use(@event, "event");
        return Next();
    }

    public CudaResult EventSynchronize(nint @event)
    {
        Use(@event, "event");
        return Next();
    }

    public CudaResult EventElapsed(out float milliseconds, nint start, nint end) => Say(1f, out milliseconds);

    public CudaResult GraphInstantiate(out nint executable, nint graph)
    {
        Use(graph, "graph");
        return Make("executable", out executable);
    }

    public CudaResult GraphDestroy(nint graph) => Free(graph, "graph");

    public CudaResult GraphLaunch(nint executable, nint stream)
    {
        Use(executable, "executable");
        Replays++;
        return Next();
    }

    public CudaResult GraphExecutableDestroy(nint executable) => Free(executable, "executable");

    private CudaResult Next()
    {
        Calls++;
        return FailingCall > 0 && (Calls == FailingCall || (FailsFromThenOn && Calls > FailingCall)) ? Failure : CudaResult.Success;
    }

    private CudaResult Say<T>(T value, out T told)
    {
        told = value;
        return Next();
    }

    private CudaResult Make(string kind, out nint handle)
    {
        CudaResult result = Next();
        handle = result == CudaResult.Success ? _next++ : 0;
        if (handle != 0)
        {
            _live.Add(handle, kind);
        }

        return result;
    }

    private CudaResult Free(nint handle, string kind)
    {
        Use(handle, kind);
        _live.Remove(handle);
        return CudaResult.Success;
    }

    private void Use(nint handle, string kind)
    {
        if (!_live.TryGetValue(handle, out string? known) || known != kind)
        {
            throw new InvalidOperationException($"{handle} is no living {kind}.");
        }
    }

    private CudaResult Copy(DevicePointer memory, nuint bytes, nint stream)
    {
        Use(stream, "stream");
        foreach ((ulong start, ulong length) in _memory)
        {
            if (memory.Address >= start && memory.Address + bytes <= start + length)
            {
                return Next();
            }
        }

        throw new InvalidOperationException($"{bytes} bytes at {memory.Address:x} do not lie in one allocation.");
    }
}
