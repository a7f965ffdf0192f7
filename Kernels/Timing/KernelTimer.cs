using Preble.Kernels.Device;

namespace Preble.Kernels.Timing;

/// <summary>
/// Times launches by events of the device. Many launches in a row are one sample, recorded as a graph so that the host's time for a launch does not
/// count; they go round over several sets of buffers so that no launch finds its data in the cache.
/// </summary>
internal sealed class KernelTimer(CudaDevice device, CudaStream stream, TimingEffort effort)
{
    private const int LaunchesMax = 200;

    /// <summary>Measures launches, recorded as a graph.</summary>
    /// <param name="launch">Asks the stream for the work on the set of buffers of that number.</param>
    /// <param name="sets">How many sets there are.</param>
    internal KernelTiming Measure(Action<int> launch, int sets)
    {
        // Outside of a graph first: whatever is made on first use is made now. The second round says how long a sample must be.
        Round(launch, sets, sets);
        int launches = InSample(Timed(() => Round(launch, sets, sets)) / sets, sets);
        using CudaGraph graph = stream.Capture(() => Round(launch, launches, sets));
        return Sample(() => graph.Launch(stream), launches);
    }

    /// <summary>Measures what a graph does in another way than the stream itself: a driver's copies.</summary>
    internal KernelTiming MeasureUnrecorded(Action work)
    {
        work();
        int calls = InSample(Timed(work), 1);
        return Sample(() => Round(_ => work(), calls, 1), calls);
    }

    private int InSample(double onceUs, int sets) => Math.Clamp((int)(effort.SampleUs / Math.Max(1, onceUs)), sets, Math.Max(sets, LaunchesMax));

    /// <summary>Warms up, so that clocks are what they are under load, then samples.</summary>
    private KernelTiming Sample(Action work, int launches)
    {
        for (int i = 0; i < effort.WarmUps; i++)
        {
            work();
        }

        return KernelTiming.Of(Enumerable.Range(0, effort.Samples).Select(_ => Timed(work) / launches).ToList());
    }

    private static void Round(Action<int> launch, int launches, int sets)
    {
        for (int i = 0; i < launches; i++)
        {
            launch(i % sets);
        }
    }

    private double Timed(Action work)
    {
        using var start = new CudaEvent(device, timed: true);
        using var end = new CudaEvent(device, timed: true);
        start.Record(stream);
        work();
        end.Record(stream);
        end.Synchronize();
        return end.MillisecondsSince(start) * 1000;
    }
}
