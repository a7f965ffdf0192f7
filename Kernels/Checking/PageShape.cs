namespace Preble.Kernels.Checking;

/// <summary>Where keys and values of one layer stand: bfloat16 [page][2][kvHead][pageTokens][headDim], keys before values.</summary>
/// <param name="KvHeads">Key-value heads.</param>
/// <param name="HeadDim">Size of a head.</param>
/// <param name="PageTokens">Tokens in a page.</param>
internal sealed record PageShape(int KvHeads, int HeadDim, int PageTokens)
{
    /// <summary>Elements of a page.</summary>
    internal long Elements => 2L * KvHeads * PageTokens * HeadDim;

    /// <summary>First element of a key.</summary>
    internal long Key(int slot, int kvHead) =>
        ((((long)(slot / PageTokens) * 2 * KvHeads) + kvHead) * PageTokens * HeadDim) + (slot % PageTokens * (long)HeadDim);

    /// <summary>First element of a value.</summary>
    internal long Value(int slot, int kvHead) => Key(slot, kvHead) + ((long)KvHeads * PageTokens * HeadDim);
}
