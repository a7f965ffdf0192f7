using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Adds to the residual stream and normalises it by its root mean square. A row's bits depend on its values and the width alone.</summary>
internal sealed class RmsNormOp : SingleKernelOp
{
    internal RmsNormOp(CudaDevice device)
        : base(device, "rms_norm")
    {
    }

    /// <summary>residual += delta; output = residual * gain / sqrt(mean(residual^2) + epsilon).</summary>
    /// <param name="stream">Where.</param>
    /// <param name="residual">f32 [tokenCount, hidden]; updated.</param>
    /// <param name="delta">bf16 [tokenCount, hidden], or none.</param>
    /// <param name="gain">f32 [hidden]</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="output">bf16 [tokenCount, hidden]</param>
    /// <param name="tokenCount">Rows; none launches nothing.</param>
    /// <param name="hidden">A multiple of 8.</param>
    internal void Run(
        CudaStream stream, DevicePointer residual, DevicePointer delta, DevicePointer gain, float epsilon, DevicePointer output, int tokenCount, int hidden)
    {
        KernelModule.CheckMultiple(hidden, 8, "The width of a row");
        if (tokenCount > 0)
        {
            Function.Launch(
                stream, new Dim3(tokenCount), new Dim3(KernelModule.ThreadsFor(hidden / 8, 512)), 0, residual, delta, gain, epsilon, output, hidden);
        }
    }
}
