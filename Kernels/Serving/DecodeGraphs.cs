using Preble.Kernels.Device;

namespace Preble.Kernels.Serving;

/// <summary>
/// Recorded decode steps, one for each size that occurs: a step of some hundred launches is asked for by one call. A size is recorded when it occurs a
/// second time, after the kernels have run once.
/// </summary>
internal sealed class DecodeGraphs(LayerRunner layers, CudaStream stream, StepLimits limits) : IDisposable
{
    private readonly Dictionary<StepShape, CudaGraph?> _graphs = [];

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
        if (!_graphs.TryGetValue(shape, out CudaGraph? graph))
        {
            layers.Run(shape);
            _graphs.Add(shape, null);
            return;
        }

        if (graph is null)
        {
            graph = _graphs[shape] = Record(shape);
        }

        graph.Launch(stream);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CudaGraph? graph in _graphs.Values)
        {
            graph?.Dispose();
        }
    }

    // Apart, so that only what is recorded allocates.
    private CudaGraph Record(StepShape shape) => stream.Capture(() => layers.Run(shape));
}
