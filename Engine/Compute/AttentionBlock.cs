namespace Preble.Engine.Compute;

/// <summary>
/// The attention of one sequence's new tokens in one key-value head. Rows are (token, query head) pairs, token first: the heads that share the keys
/// are computed together.
/// </summary>
internal unsafe struct AttentionBlock
{
    /// <summary>Rotated, scaled queries. [tokens * Heads, HeadDim]</summary>
    internal float* Queries;

    /// <summary>Keys of this layer and head in page 0: [HeadDim, PageTokens] in each page.</summary>
    internal byte* Keys;

    /// <summary>Values of this layer and head in page 0: [PageTokens, ValueStride] in each page.</summary>
    internal byte* Values;

    /// <summary>Page ids of the sequence, by position.</summary>
    internal int* Pages;

    /// <summary>From one page to the next, in bytes.</summary>
    internal nint PageBytes;

    /// <summary>Tokens in a page; a multiple of 16.</summary>
    internal int PageTokens;

    /// <summary>Size of a head.</summary>
    internal int HeadDim;

    /// <summary>Size of a head rounded up to 32.</summary>
    internal int ValueStride;

    /// <summary>Query heads that share the key-value head.</summary>
    internal int Heads;

    /// <summary>Position of the first token.</summary>
    internal int Start;

    /// <summary>Output of the first token and head; heads side by side. [tokens, OutStride]</summary>
    internal float* Out;

    /// <summary>From one token's output to the next, in numbers.</summary>
    internal nint OutStride;

    /// <summary>Positions that row <paramref name="row"/> sees.</summary>
    internal readonly int Limit(int row) => Start + (row / Heads) + 1;
}
