using Preble.Kernels.Device;

namespace Preble.Kernels.Serving;

/// <summary>
/// Recorded decode steps, one for each size that occurs: a step of some hundred launches is asked for by one call. A size is recorded when it occurs a
/// second time, after the kernels have run once. One that cannot be recorded or replayed, for instance for want of memory, is computed without a graph from
/// then on: it is only slower.
/// </summary>
internal sealed class DecodeGraphs(LayerRunner layers, CudaStream stream, StepLimits limits) : IDisposable
{
    private readonly Dictionary<StepShape, Recording> _recordings = [];

    /// <summary>The size that a step of decodes is rounded up to; false if the buffers do not hold it. Such a step is not recorded: its own size hardly
    /// occurs again.</summary>
    internal bool TryRound(in StepShape shape, int pageTokens, int partTokens, out StepShape rounded)
    {
        int batch = GraphBuckets.Batch(shape.Decodes);
        int parts = GraphBuckets.Parts(shape.Parts);
        int stride = (int)Math.Min(int.MaxValue, (((long)parts * partTokens) + pageTokens - 1) / pageTokens);
        rounded = new StepShape(batch, batch, 0, 0, parts, stride, batch);
        return limits.Hold(rounded);
    }

    /// <summary>Does what <see cref="LayerRunner.Run"/> does for a rounded shape.</summary>
    internal void Run(StepShape shape)
    {
        if (!_recordings.TryGetValue(shape, out Recording recording))
        {
            layers.Run(shape);
            _recordings.Add(shape, default);
        }
        else if (recording.IsRefused || !TryReplay(shape, recording.Graph))
        {
            layers.Run(shape);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Recording recording in _recordings.Values)
        {
            recording.Graph?.Dispose();
        }
    }

    /// <summary>False if the driver does not do it; the size is not tried again. A device that is lost is told.</summary>
    private bool TryReplay(StepShape shape, CudaGraph? graph)
    {
        try
        {
            if (graph is null)
            {
                graph = Record(shape);
                _recordings[shape] = new Recording(graph, IsRefused: false);
            }

            graph.Launch(stream);
            return true;
        }
        catch (CudaException exception) when (!exception.IsDeviceLost)
        {
            // A step writes what it reads, so that it may be done again whatever of it was done.
            graph?.Dispose();
            _recordings[shape] = new Recording(null, IsRefused: true);
            return false;
        }
    }

    // Apart, so that only what is recorded allocates.
    private CudaGraph Record(StepShape shape) => stream.Capture(() => layers.Run(shape));

    private readonly record struct Recording(CudaGraph? Graph, bool IsRefused);
}
