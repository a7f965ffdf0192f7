using Preble.Engine.Models;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>How much goes through the layers together: what the buffers of a pass are made for. Each limit has room for any one sequence.</summary>
/// <param name="Tokens">Rows.</param>
/// <param name="Rows">Rows of logits.</param>
/// <param name="Pages">Pages of all entries.</param>
/// <param name="Parts">Parts of contexts, over all decodes.</param>
/// <param name="Adjustments">Adjusted logits, over all rows.</param>
internal readonly record struct StepLimits(int Tokens, int Rows, int Pages, int Parts, int Adjustments)
{
    private const int PagesMin = 1 << 18;

    /// <summary>Two million tokens of contexts, more than the memory of a device holds unless sequences share it. Their sums take some 16 KB a part.</summary>
    private const int PartsEnough = 8192;
    private const int AdjustmentsMin = 1 << 16;

    internal static StepLimits Of(ModelConfig config, CudaOptions options)
    {
        int tokens = options.StepTokensMax;
        int rows = Math.Min(tokens, GraphBuckets.Batch(options.SequencesMax));
        int parts = AttentionDecodeOp.Parts(config.ContextTokensMax);
        return new StepLimits(
            tokens,
            rows,
            Math.Max(PagesMin, Ceiling(config.ContextTokensMax, options.PageTokens)),
            (int)Math.Max(parts, Math.Min(PartsEnough, (long)rows * parts)),
            Math.Max(AdjustmentsMin, config.VocabularySize));
    }

    /// <summary>Whether a step of that shape fits.</summary>
    internal bool Hold(in StepShape shape) => shape.Tokens <= Tokens && shape.Rows <= Rows && shape.Pages <= Pages && shape.Parts <= Parts;

    private static int Ceiling(int a, int b) => (a + b - 1) / b;
}
