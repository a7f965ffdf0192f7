using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Rows of the residual stream by index, for those alone whose logits are wanted.</summary>
internal sealed class GatherRowsOp : SingleKernelOp
{
    internal GatherRowsOp(CudaDevice device)
        : base(device, "gather_rows")
    {
    }

    /// <summary>output[r] = rows[indices[r]].</summary>
    /// <param name="stream">Where.</param>
    /// <param name="rows">f32 [any, width]</param>
    /// <param name="indices">int32 [count]</param>
    /// <param name="output">f32 [count, width], beside <paramref name="rows"/>.</param>
    /// <param name="count">None launches nothing.</param>
    /// <param name="width">A multiple of 4.</param>
    internal void Run(CudaStream stream, DevicePointer rows, DevicePointer indices, DevicePointer output, int count, int width)
    {
        KernelModule.CheckMultiple(width, 4, "The width of a row");
        if (count > 0)
        {
            Function.Launch(stream, new Dim3(count), new Dim3(KernelModule.ThreadsFor(width / 4, 1024)), 0, rows, indices, output, width);
        }
    }
}
