namespace Preble.Kernels.Timing;

/// <summary>Shapes that kernels are timed with.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Hidden">Width of the residual stream.</param>
/// <param name="Inner">Width of the feed-forward layer.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key-value heads.</param>
/// <param name="HeadDim">Size of a head.</param>
/// <param name="Decodes">Batches of decode steps: sequences, and the context of each.</param>
/// <param name="Prefills">Prompts: tokens that stand in pages, and new ones.</param>
/// <param name="Tokens">Rows of a large step.</param>
internal sealed record BenchShapes(
    string Name, int Hidden, int Inner, int Vocabulary, int Heads, int KvHeads, int HeadDim, (int Batch, int Context)[] Decodes, (int Cached, int New)[] Prefills, int Tokens)
{
    /// <summary>Rows of a step of decodes only.</summary>
    internal int Batch => Decodes[0].Batch;

    /// <summary>Width of a row of queries, keys and values.</summary>
    internal int RowWidth => (Heads + (2 * KvHeads)) * HeadDim;

    /// <summary>A Llama of 8 thousand million parameters.</summary>
    internal static BenchShapes Llama8B { get; } =
        new("8B", 4096, 14_336, 128_256, 32, 8, 128, [(64, 4096), (8, 4096), (1, 4096), (1, 131_072)], [(0, 4096), (12_288, 4096), (4095, 1)], 8192);

    /// <summary>The bundled model.</summary>
    internal static BenchShapes Demo { get; } = new("demo", 192, 512, 768, 6, 2, 32, [(64, 512), (1, 512)], [(0, 512)], 512);
}
