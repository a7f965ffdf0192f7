using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>The gated activation of the feed-forward network.</summary>
internal sealed class SiluMultiplyOp : IDisposable
{
    private const int Threads = 256;
    private readonly KernelModule _module;
    private readonly CudaFunction _function;

    internal SiluMultiplyOp(CudaDevice device)
    {
        _module = new KernelModule(device, "silu_multiply");
        _function = _module.Function("silu_multiply");
    }

    /// <summary>output = silu(gate) * up.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="gateUp">bf16 [rows, 2 * width]: gate, then up.</param>
    /// <param name="output">bf16 [rows, width]</param>
    /// <param name="rows">None launches nothing.</param>
    /// <param name="width">A multiple of 8.</param>
    internal void Run(CudaStream stream, DevicePointer gateUp, DevicePointer output, int rows, int width)
    {
        KernelModule.CheckMultiple(width, 8, "The width of a row");
        if (rows > 0)
        {
            int threads = KernelModule.ThreadsFor(width / 8, Threads);
            _function.Launch(stream, new Dim3(rows, KernelModule.CeilingOf(width / 8, threads)), new Dim3(threads), 0, gateUp, output, width);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();
}
