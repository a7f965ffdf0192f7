using Preble.Kernels.Device;

namespace Preble.Kernels.Serving;

/// <summary>
/// Recorded decode steps, one for each size that occurs: a step of some hundred launches is asked for by one call. A size is recorded when it occurs a
/// second time, after the kernels have run once. One that cannot be recorded or replayed, for instance for want of memory, is computed without a graph from
/// then on: it is only slower.
/// </summary>
/// <param name="layers">What is recorded.</param>
/// <param name="stream">Where.</param>
/// <param name="limits">The largest sizes.</param>
/// <param name="note">Told in a line of a size that is computed without a graph.</param>
internal sealed class DecodeGraphs(LayerRunner layers, CudaStream stream, StepLimits limits, Action<string> note) : IDisposable
{
    // By the number of decodes: nothing else of a step changes what is recorded.
    private readonly Dictionary<int, Recording> _recordings = [];

    /// <summary>The size that a step of decodes is rounded up to.</summary>
    internal StepShape Round(in StepShape shape)
    {
        int batch = Math.Min(GraphBuckets.Batch(shape.Decodes), limits.Rows);
        return shape with { Tokens = batch, Decodes = batch, Rows = batch };
    }

    /// <summary>Does what <see cref="LayerRunner.Run"/> does for a rounded shape.</summary>
    internal void Run(StepShape shape)
    {
        if (!_recordings.TryGetValue(shape.Decodes, out Recording recording))
        {
            layers.Run(shape);
            _recordings.Add(shape.Decodes, default);
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
                _recordings[shape.Decodes] = new Recording(graph, IsRefused: false);
            }

            graph.Launch(stream);
            return true;
        }
        catch (CudaException exception) when (!exception.IsDeviceLost)
        {
            // A step writes what it reads and each kernel leaves its workspace as it found it, so that it may be done again whatever of it was done.
            graph?.Dispose();
            _recordings[shape.Decodes] = new Recording(null, IsRefused: true);
            note($"Decode steps of {shape.Decodes} sequences are computed without a graph, which is slower: {exception.Message}");
            return false;
        }
    }

    // Apart, so that only what is recorded allocates.
    private CudaGraph Record(StepShape shape) => stream.Capture(() => layers.Run(shape));

    private readonly record struct Recording(CudaGraph? Graph, bool IsRefused);
}
