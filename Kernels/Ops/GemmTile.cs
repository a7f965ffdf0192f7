namespace Preble.Kernels.Ops;

/// <summary>A tile that <c>gemm.cu</c> was compiled for.</summary>
/// <param name="M">Rows of the output that a block computes.</param>
/// <param name="N">Columns of the output that a block computes.</param>
/// <param name="Warps">Warps of a block.</param>
/// <param name="Stages">Slices of the operands in shared memory.</param>
internal readonly record struct GemmTile(int M, int N, int Warps, int Stages)
{
    private const int SliceDepth = 64;

    /// <summary>All of them, by rows.</summary>
    internal static IReadOnlyList<GemmTile> All { get; } = [new(16, 32, 4, 8), new(32, 32, 4, 6), new(64, 32, 4, 8), new(64, 64, 4, 6), new(64, 128, 4, 4), new(128, 128, 4, 3)];

    /// <summary>Dynamic shared memory of a block, in bytes.</summary>
    internal int SharedBytes => Stages * (M + N) * SliceDepth * sizeof(ushort);

    /// <summary>Blocks for an output of that size.</summary>
    internal int Blocks(int m, int n) => KernelModule.CeilingOf(m, M) * KernelModule.CeilingOf(n, N);

    /// <summary>
    /// The tile for an output. Few rows: the smallest tile that has them all, as the weights are then read once. More: the largest whose blocks fill the
    /// device, or else the one with the most blocks.
    /// </summary>
    internal static int Choose(int m, int n, int multiprocessors)
    {
        if (m <= 32)
        {
            return m <= 16 ? 0 : 1;
        }

        for (int choice = m <= 64 ? 4 : 5; choice > 2; choice--)
        {
            if (All[choice].Blocks(m, n) >= multiprocessors)
            {
                return choice;
            }
        }

        return 2;
    }
}
