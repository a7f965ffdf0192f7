using System.Collections.Concurrent;
using Preble.Emulator.Execution;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>What every call passes first: injected failures, whether the driver is ready, the thread's context and the error that ended it.</summary>
internal sealed class Gate : IDisposable
{
    // By thread. No ThreadLocal, which may be finalised before handles whose finalisers call the driver.
    private readonly ConcurrentDictionary<int, EmulatedDevice> _current = new();
    private readonly Dictionary<string, Queue<CudaResult>> _failures = [];
    private bool _ready;
    private volatile bool _ended;

    internal Gate(EmulatorOptions options)
    {
        Options = options;
        Devices = [.. Enumerable.Range(0, options.Devices).Select(index => new EmulatedDevice(index, options, Faults))];
    }

    internal EmulatorOptions Options { get; }

    internal EmulatedDevice[] Devices { get; }

    internal List<Fault> Faults { get; } = [];

    internal Handles Handles { get; } = new();

    /// <summary>The kernel's fault that ended the thread's context, if one did.</summary>
    internal Fault? Fault => _current.GetValueOrDefault(Environment.CurrentManagedThreadId)?.Fault;

    internal bool HasFailures
    {
        get
        {
            lock (_failures)
            {
                return _failures.Values.Any(queue => queue.Count > 0);
            }
        }
    }

    internal void FailNext(string call, CudaResult result)
    {
        lock (_failures)
        {
            if (!_failures.TryGetValue(call, out Queue<CudaResult>? queue))
            {
                _failures.Add(call, queue = new Queue<CudaResult>());
            }

            queue.Enqueue(result);
        }
    }

    /// <summary>A failure that was asked for, else success.</summary>
    internal CudaResult Injected(string call)
    {
        lock (_failures)
        {
            return _failures.TryGetValue(call, out Queue<CudaResult>? queue) && queue.TryDequeue(out CudaResult result) ? result : CudaResult.Success;
        }
    }

    internal CudaResult Init()
    {
        CudaResult result = Injected("cuInit");
        if (result == CudaResult.Success && Devices.Length == 0)
        {
            result = CudaResult.NoDevice;
        }

        _ready |= result == CudaResult.Success;
        return result;
    }

    /// <summary>For calls that need no context.</summary>
    internal CudaResult Ready(string call)
    {
        CudaResult result = Injected(call);
        return _ended ? CudaResult.Deinitialized : result != CudaResult.Success ? result : _ready ? CudaResult.Success : CudaResult.NotInitialized;
    }

    /// <summary>For calls that name a device.</summary>
    internal CudaResult Known(string call, int device)
    {
        CudaResult result = Ready(call);
        return result != CudaResult.Success ? result : device >= 0 && device < Devices.Length ? CudaResult.Success : CudaResult.InvalidDevice;
    }

    internal CudaResult SetCurrent(nint context)
    {
        CudaResult result = Ready("cuCtxSetCurrent");
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (context < 0 || context > Devices.Length)
        {
            return CudaResult.InvalidContext;
        }

        if (context == 0)
        {
            _current.TryRemove(Environment.CurrentManagedThreadId, out _);
        }
        else
        {
            _current[Environment.CurrentManagedThreadId] = Devices[context - 1];
        }

        return CudaResult.Success;
    }

    /// <summary>For calls that work in the thread's context.</summary>
    internal CudaResult Enter(string call, out EmulatedDevice device)
    {
        CudaResult result = Ready(call);
        EmulatedDevice? current = _current.GetValueOrDefault(Environment.CurrentManagedThreadId);
        device = current!;
        return result != CudaResult.Success ? result : current == null ? CudaResult.InvalidContext : current.Broken;
    }

    /// <summary>For calls that ask a stream for work; 0 is the default stream.</summary>
    internal CudaResult Enter(string call, nint handle, out EmulatedStream stream)
    {
        CudaResult result = Enter(call, out EmulatedDevice device);
        EmulatedStream? found = handle == 0 ? device?.DefaultStream : Handles.Find<EmulatedStream>(handle);
        stream = found!;
        return result != CudaResult.Success ? result : found == null || found.Device != device ? CudaResult.InvalidHandle : CudaResult.Success;
    }

    /// <summary>Handles that are freed later, as by a finalizer, are told that the driver has ended.</summary>
    public void Dispose()
    {
        _ended = true;
        foreach (EmulatedDevice device in Devices)
        {
            device.Dispose();
        }
    }
}
