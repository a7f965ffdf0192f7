using Preble.Engine.Models;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>How much goes through the layers together: what the buffers of a pass are made for. Each limit has room for any one sequence.</summary>
/// <param name="Tokens">Rows.</param>
/// <param name="Rows">Rows of logits.</param>
/// <param name="TableInts">Numbers in the page table.</param>
/// <param name="Parts">Parts of contexts, over all decodes.</param>
/// <param name="Adjustments">Adjusted logits, over all rows.</param>
internal readonly record struct StepLimits(int Tokens, int Rows, int TableInts, int Parts, int Adjustments)
{
    private const int TableIntsMin = 1 << 18;
    private const int PartsMin = 4096;
    private const int AdjustmentsMin = 1 << 16;

    internal static StepLimits Of(ModelConfig config, CudaOptions options)
    {
        int tokens = options.StepTokensMax;
        int rows = Math.Min(tokens, GraphBuckets.Batch(options.SequencesMax));
        return new StepLimits(
            tokens,
            rows,
            Math.Max(TableIntsMin, Ceiling(config.ContextTokensMax, options.PageTokens)),
            Math.Max(PartsMin, AttentionDecodeOp.Parts(config.ContextTokensMax)),
            Math.Max(AdjustmentsMin, config.VocabularySize));
    }

    /// <summary>Whether a step of that shape fits.</summary>
    internal bool Hold(in StepShape shape) =>
        shape.Tokens <= Tokens && shape.Rows <= Rows && (long)shape.Entries * shape.Stride <= TableInts && (long)shape.Decodes * shape.Parts <= Parts;

    private static int Ceiling(int a, int b) => (a + b - 1) / b;
}
