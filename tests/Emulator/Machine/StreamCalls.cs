using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>The driver's calls about streams, events and graphs.</summary>
internal sealed class StreamCalls(Gate gate)
{
    internal CudaResult Create(out nint stream)
    {
        CudaResult result = gate.Enter("cuStreamCreate", out EmulatedDevice device);
        stream = result == CudaResult.Success ? gate.Handles.Add(new EmulatedStream(device)) : 0;
        return result;
    }

    internal CudaResult Destroy(nint stream)
    {
        CudaResult result = gate.Enter("cuStreamDestroy", out _);
        return gate.Handles.Remove<EmulatedStream>(stream) == null ? CudaResult.InvalidHandle : result;
    }

    internal CudaResult Synchronize(nint stream)
    {
        CudaResult result = gate.Enter("cuStreamSynchronize", stream, out EmulatedStream on);
        if (result == CudaResult.Success && on.Capture is EmulatedGraph graph)
        {
            graph.Invalid = true;
            return CudaResult.StreamCaptureUnsupported;
        }

        return result;
    }

    internal CudaResult Wait(nint stream, nint @event)
    {
        CudaResult result = gate.Enter("cuStreamWaitEvent", stream, out EmulatedStream on);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedEvent>(@event) is not EmulatedEvent point)
        {
            return CudaResult.InvalidHandle;
        }

        if (point.Capture is EmulatedGraph graph)
        {
            if (on.Capture != null && on.Capture != graph)
            {
                return CudaResult.StreamCaptureUnsupported;
            }

            on.Capture = graph;
            graph.Streams.Add(on);
            if (on == graph.Origin && point.Stream != null)
            {
                graph.Unjoined.Remove(point.Stream);
            }
        }

        return CudaResult.Success;
    }

    internal CudaResult BeginCapture(nint stream)
    {
        CudaResult result = gate.Enter("cuStreamBeginCapture", stream, out EmulatedStream on);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (stream == 0 || on.Capture != null)
        {
            return CudaResult.StreamCaptureUnsupported;
        }

        on.Capture = new EmulatedGraph(on.Device, on);
        return CudaResult.Success;
    }

    internal CudaResult EndCapture(nint stream, out nint graph)
    {
        graph = 0;
        CudaResult result = gate.Enter("cuStreamEndCapture", stream, out EmulatedStream on);
        if (on?.Capture is not EmulatedGraph captured || captured.Origin != on)
        {
            return result != CudaResult.Success ? result : CudaResult.InvalidValue;
        }

        foreach (EmulatedStream joined in captured.Streams)
        {
            joined.Capture = null;
        }

        if (result != CudaResult.Success || captured.Invalid || captured.Unjoined.Count != 0)
        {
            return result != CudaResult.Success ? result : CudaResult.StreamCaptureInvalidated;
        }

        graph = gate.Handles.Add(captured);
        return CudaResult.Success;
    }

    internal CudaResult EventCreate(out nint @event, bool timed)
    {
        CudaResult result = gate.Enter("cuEventCreate", out EmulatedDevice device);
        @event = result == CudaResult.Success ? gate.Handles.Add(new EmulatedEvent(device, timed)) : 0;
        return result;
    }

    internal CudaResult EventDestroy(nint @event)
    {
        CudaResult result = gate.Enter("cuEventDestroy", out _);
        return gate.Handles.Remove<EmulatedEvent>(@event) == null ? CudaResult.InvalidHandle : result;
    }

    internal CudaResult EventRecord(nint @event, nint stream)
    {
        CudaResult result = gate.Enter("cuEventRecord", stream, out EmulatedStream on);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedEvent>(@event) is not EmulatedEvent point)
        {
            return CudaResult.InvalidHandle;
        }

        point.Capture = on.Capture;
        point.Stream = on;
        return on.Capture != null ? CudaResult.Success : on.Device.Submit(on, () => point.Milliseconds = on.Device.Milliseconds);
    }

    internal CudaResult EventQuery(nint @event) => Reached("cuEventQuery", @event);

    internal CudaResult EventSynchronize(nint @event) => Reached("cuEventSynchronize", @event);

    // Work is done as soon as it is asked for, so an event is reached as soon as it is recorded.
    private CudaResult Reached(string call, nint @event)
    {
        CudaResult result = gate.Enter(call, out _);
        return gate.Handles.Find<EmulatedEvent>(@event) is not EmulatedEvent point ? CudaResult.InvalidHandle
            : result == CudaResult.Success && point.Capture != null ? CudaResult.StreamCaptureUnsupported : result;
    }

    internal CudaResult EventElapsed(out float milliseconds, nint start, nint end)
    {
        milliseconds = 0;
        CudaResult result = gate.Enter("cuEventElapsedTime", out _);
        if (result != CudaResult.Success)
        {
            return result;
        }

        if (gate.Handles.Find<EmulatedEvent>(start) is not { Timed: true } from || gate.Handles.Find<EmulatedEvent>(end) is not { Timed: true } to
            || double.IsNaN(from.Milliseconds) || double.IsNaN(to.Milliseconds))
        {
            return CudaResult.InvalidHandle;
        }

        milliseconds = (float)(to.Milliseconds - from.Milliseconds);
        return CudaResult.Success;
    }

    internal CudaResult GraphInstantiate(out nint executable, nint graph)
    {
        executable = 0;
        CudaResult result = gate.Enter("cuGraphInstantiate", out _);
        if (result == CudaResult.Success)
        {
            if (gate.Handles.Find<EmulatedGraph>(graph) is not EmulatedGraph found)
            {
                return CudaResult.InvalidHandle;
            }

            executable = gate.Handles.Add(new EmulatedGraphExecutable(found));
        }

        return result;
    }

    internal CudaResult GraphDestroy(nint graph)
    {
        CudaResult result = gate.Enter("cuGraphDestroy", out _);
        return gate.Handles.Remove<EmulatedGraph>(graph) == null ? CudaResult.InvalidHandle : result;
    }

    internal CudaResult GraphLaunch(nint executable, nint stream)
    {
        CudaResult result = gate.Enter("cuGraphLaunch", stream, out EmulatedStream on);
        if (result != CudaResult.Success)
        {
            return result;
        }

        return gate.Handles.Find<EmulatedGraphExecutable>(executable) is not EmulatedGraphExecutable found ? CudaResult.InvalidHandle : on.Device.Submit(on, found.Run);
    }

    internal CudaResult ExecutableDestroy(nint executable)
    {
        CudaResult result = gate.Enter("cuGraphExecDestroy", out _);
        return gate.Handles.Remove<EmulatedGraphExecutable>(executable) == null ? CudaResult.InvalidHandle : result;
    }
}
