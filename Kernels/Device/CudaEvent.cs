using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>A point in the work of a stream.</summary>
internal sealed class CudaEvent : CudaHandle
{
    /// <summary>Looks at an event before a thread sleeps until it is reached: some tens of microseconds, about what it takes to be woken.</summary>
    private const int LooksMax = 64;

    /// <param name="device">Where.</param>
    /// <param name="timed">Whether <see cref="MillisecondsSince"/> will be asked.</param>
    internal CudaEvent(CudaDevice device, bool timed)
        : base(device)
    {
        Driver.EventCreate(out nint created, timed).Check(Driver, "cuEventCreate");
        Own(created);
    }

    /// <summary>The point is now: after what the stream was asked for so far.</summary>
    internal void Record(CudaStream stream) => Driver.EventRecord(Value, stream.Value).Check(Driver, "cuEventRecord");

    /// <summary>
    /// Waits on the host until the point is reached: for a short while by looking, as small steps are done soon, then asleep, so that a worker that waits
    /// for its device does not take a core from the others.
    /// </summary>
    internal void Synchronize()
    {
        for (int look = 0; look < LooksMax; look++)
        {
            CudaResult result = Driver.EventQuery(Value);
            if (result != CudaResult.NotReady)
            {
                result.Check(Driver, "cuEventQuery");
                return;
            }
        }

        Driver.EventSynchronize(Value).Check(Driver, "cuEventSynchronize");
    }

    /// <summary>Time on the device between two points that are reached, in milliseconds.</summary>
    internal float MillisecondsSince(CudaEvent start)
    {
        Driver.EventElapsed(out float milliseconds, start.Value, Value).Check(Driver, "cuEventElapsedTime");
        return milliseconds;
    }

    private protected override CudaResult Free() => Driver.EventDestroy(handle);
}
