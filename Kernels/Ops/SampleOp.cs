using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>
/// Chooses a token for each row of logits: adjustments, temperature, min_p, top_k, top_p and a draw, in this order. Weights are counted in fixed point, so
/// that sums do not depend on their order; the draw walks over the tokens kept by id.
/// </summary>
internal sealed class SampleOp : SingleKernelOp
{
    /// <summary>Most tokens of a vocabulary: the sum of their weights in fixed point fits 64 bits.</summary>
    internal const int VocabularyMax = 1 << 19;

    /// <summary>Weight of the likeliest token in fixed point.</summary>
    internal const long One = 1L << 36;

    private const int Threads = 1024;

    internal SampleOp(CudaDevice device)
        : base(device, "sample")
    {
    }

    /// <summary>Writes the token chosen for each row, or -1 where a logit is not a number or none is finite at their top.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="logits">f32 [rows, vocabulary]; overwritten.</param>
    /// <param name="choices"><see cref="SampleChoice"/> [rows]</param>
    /// <param name="adjustments"><see cref="Preble.Core.Serving.TokenAdjustment"/> [as the choices say], 16-byte aligned; may be none if no choice has any.</param>
    /// <param name="output">int32 [rows]</param>
    /// <param name="rows">None launches nothing.</param>
    /// <param name="vocabulary">A multiple of 4, up to <see cref="VocabularyMax"/>.</param>
    internal void Run(CudaStream stream, DevicePointer logits, DevicePointer choices, DevicePointer adjustments, DevicePointer output, int rows, int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabulary, VocabularyMax);
        KernelModule.CheckMultiple(vocabulary, 4, "The vocabulary");
        if (rows > 0)
        {
            Function.Launch(stream, new Dim3(rows), new Dim3(Threads), 0, logits, choices, adjustments, output, vocabulary);
        }
    }
}
