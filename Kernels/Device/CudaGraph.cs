using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>Recorded work that is asked for by one call.</summary>
internal sealed class CudaGraph : CudaHandle
{
    /// <param name="device">Where.</param>
    /// <param name="graph">The recorded graph; freed by this call.</param>
    internal CudaGraph(CudaDevice device, nint graph)
        : base(device)
    {
        CudaResult result = Driver.GraphInstantiate(out nint executable, graph);
        Driver.GraphDestroy(graph);
        result.Check(Driver, "cuGraphInstantiate");
        Own(executable);
    }

    /// <summary>Does the work, after what the stream was asked for before.</summary>
    internal void Launch(CudaStream stream) => Driver.GraphLaunch(Value, stream.Value).Check(Driver, "cuGraphLaunch");

    private protected override CudaResult Free() => Driver.GraphExecutableDestroy(handle);
}
