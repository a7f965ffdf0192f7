namespace Preble.Kernels.Ops;

/// <summary>
/// Heads and pages of a model's attention. A row of <c>qkv</c> is bf16 [heads + 2 * kvHeads, headDim]: queries, keys, values. The pages of a layer are
/// bf16 [page, 2, kvHeads, pageTokens, headDim]: keys, then values.
/// </summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key-value heads; each serves Heads / KvHeads query heads in order.</param>
/// <param name="HeadDim">Size of a head: a multiple of 16 from 32 to 256.</param>
/// <param name="PageTokens">Tokens of a page, a multiple of 16.</param>
internal readonly record struct AttentionShape(int Heads, int KvHeads, int HeadDim, int PageTokens)
{
    private static readonly int[] Compiled = [32, 64, 80, 96, 128, 256];

    /// <summary>Values of a row of qkv.</summary>
    internal int RowWidth => (Heads + (2 * KvHeads)) * HeadDim;

    /// <summary>Values of a row of queries, and of the attention's output.</summary>
    internal int OutputWidth => Heads * HeadDim;

    /// <summary>Bytes of a page of one layer.</summary>
    internal long PageBytes => 2L * KvHeads * PageTokens * HeadDim * sizeof(ushort);

    /// <summary>What the scores are multiplied with: 1 / sqrt(headDim).</summary>
    internal float Scale => (float)(1 / Math.Sqrt(HeadDim));

    /// <summary>The smallest head size at least this one that kernels were compiled for.</summary>
    internal int CompiledHeadDim
    {
        get
        {
            int headDim = HeadDim;
            return Compiled.First(size => size >= headDim);
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> for a shape that the kernels do not take.</summary>
    internal void Check()
    {
        if (HeadDim < 32 || HeadDim > 256 || HeadDim % 16 != 0)
        {
            throw new ArgumentException($"The head size is {HeadDim}; the attention kernels take multiples of 16 from 32 to 256.");
        }

        if (KvHeads < 1 || Heads < KvHeads || Heads % KvHeads != 0)
        {
            throw new ArgumentException($"There are {Heads} heads and {KvHeads} key-value heads; the heads must be a multiple of them.");
        }

        KernelModule.CheckMultiple(PageTokens, 16, "The tokens of a page");
    }
}
