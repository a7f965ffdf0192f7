namespace Preble.Kernels.Checking.Ops;

/// <summary>Shapes that both attentions are checked with.</summary>
internal static class HeadSizes
{
    /// <summary>Sizes of a head in models.</summary>
    internal static int[] All { get; } = [32, 64, 80, 96, 128, 256];

    /// <summary>Sizes that kernels for larger ones compute.</summary>
    internal static int[] Between { get; } = [48, 112, 144];

    /// <summary>A batch in words.</summary>
    internal static string Describe(IReadOnlyList<(int Cached, int New)> sequences, int heads, int kvHeads, int headDim, int pageTokens)
    {
        string list = sequences.Count <= 4
            ? string.Join(" ", sequences.Select(s => $"{s.Cached}+{s.New}"))
            : $"{sequences.Count} sequences to {sequences.Max(s => s.Cached + s.New)}";
        return $"{list}, heads {heads}/{kvHeads} of {headDim}, pages of {pageTokens}";
    }
}
