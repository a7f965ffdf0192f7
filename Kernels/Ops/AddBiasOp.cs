using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Adds a bias to every row.</summary>
internal sealed class AddBiasOp : SingleKernelOp
{
    internal AddBiasOp(CudaDevice device)
        : base(device, "add_bias")
    {
    }

    /// <summary>x[t] += bias.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="x">bf16 [rows, width]; updated.</param>
    /// <param name="bias">f32 [width]</param>
    /// <param name="rows">None launches nothing.</param>
    /// <param name="width">A multiple of 8.</param>
    internal void Run(CudaStream stream, DevicePointer x, DevicePointer bias, int rows, int width)
    {
        KernelModule.CheckMultiple(width, 8, "The width of a row");
        if (rows > 0)
        {
            Function.Launch(stream, new Dim3(rows), new Dim3(KernelModule.ThreadsFor(width / 8, 1024)), 0, x, bias, width);
        }
    }
}
