using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>An order of work on the device. Work asked for is done in order; streams run beside each other.</summary>
internal sealed unsafe class CudaStream : CudaHandle
{
    internal CudaStream(CudaDevice device)
        : base(device)
    {
        Driver.StreamCreate(out nint stream).Check(Driver, "cuStreamCreate");
        Own(stream);
    }

    /// <summary>Copies to the device. The source must live until the copy is done; it runs beside the host only from <see cref="PinnedMemory"/>.</summary>
    internal void CopyToDevice(DevicePointer target, void* source, long bytes) =>
        Driver.CopyToDevice(target, source, (nuint)bytes, Value).Check(Driver, "cuMemcpyHtoDAsync", $"{bytes} bytes");

    /// <summary>Copies to the host; the target must live until the copy is done.</summary>
    internal void CopyToHost(void* target, DevicePointer source, long bytes) =>
        Driver.CopyToHost(target, source, (nuint)bytes, Value).Check(Driver, "cuMemcpyDtoHAsync", $"{bytes} bytes");

    /// <summary>Copies on the device; the two do not overlap.</summary>
    internal void CopyOnDevice(DevicePointer target, DevicePointer source, long bytes) =>
        Driver.CopyOnDevice(target, source, (nuint)bytes, Value).Check(Driver, "cuMemcpyDtoDAsync", $"{bytes} bytes");

    /// <summary>Fills with a repeated word of four bytes.</summary>
    internal void Fill(DevicePointer target, uint value, long words) =>
        Driver.Fill(target, value, (nuint)words, Value).Check(Driver, "cuMemsetD32Async", $"{words} words");

    /// <summary>Waits on the host until all is done; throws what went wrong on the device.</summary>
    internal void Synchronize() => Driver.StreamSynchronize(Value).Check(Driver, "cuStreamSynchronize");

    /// <summary>What is asked for from now on waits for an event of another stream.</summary>
    internal void WaitFor(CudaEvent @event) => Driver.StreamWait(Value, @event.Value).Check(Driver, "cuStreamWaitEvent");

    /// <summary>Records what <paramref name="work"/> asks of this stream, without doing it.</summary>
    internal CudaGraph Capture(Action work)
    {
        Driver.StreamBeginCapture(Value).Check(Driver, "cuStreamBeginCapture");
        nint graph;
        try
        {
            work();
        }
        catch
        {
            Driver.StreamEndCapture(Value, out graph);
            if (graph != 0)
            {
                Driver.GraphDestroy(graph);
            }

            throw;
        }

        Driver.StreamEndCapture(Value, out graph).Check(Driver, "cuStreamEndCapture");
        return new CudaGraph(Device, graph);
    }

    private protected override CudaResult Free() => Driver.StreamDestroy(handle);
}
