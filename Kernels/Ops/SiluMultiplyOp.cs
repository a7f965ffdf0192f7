using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>The gated activation of the feed-forward network.</summary>
internal sealed class SiluMultiplyOp : SingleKernelOp
{
    private const int Threads = 256;

    internal SiluMultiplyOp(CudaDevice device)
        : base(device, "silu_multiply")
    {
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
            Function.Launch(stream, new Dim3(rows, KernelModule.CeilingOf(width / 8, threads)), new Dim3(threads), 0, gateUp, output, width);
        }
    }
}
