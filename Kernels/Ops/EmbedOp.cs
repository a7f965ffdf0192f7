using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Rows of the embedding table by token.</summary>
internal sealed class EmbedOp : SingleKernelOp
{
    internal EmbedOp(CudaDevice device)
        : base(device, "embed")
    {
    }

    /// <summary>output[t] = table[tokens[t]].</summary>
    /// <param name="stream">Where.</param>
    /// <param name="tokens">int32 [tokenCount], each a row of the table.</param>
    /// <param name="table">bf16 [vocabulary, hidden]</param>
    /// <param name="output">f32 [tokenCount, hidden]</param>
    /// <param name="tokenCount">Rows; none launches nothing.</param>
    /// <param name="hidden">A multiple of 8.</param>
    internal void Run(CudaStream stream, DevicePointer tokens, DevicePointer table, DevicePointer output, int tokenCount, int hidden)
    {
        KernelModule.CheckMultiple(hidden, 8, "The width of a row");
        if (tokenCount > 0)
        {
            Function.Launch(stream, new Dim3(tokenCount), new Dim3(KernelModule.ThreadsFor(hidden / 8, 1024)), 0, tokens, table, output, hidden);
        }
    }
}
