namespace Preble.Engine.Compute;

/// <summary>All kernels, compiled for one vector width. Every set gives the same bits; see <see cref="ISimd{TVector}"/>.</summary>
internal abstract unsafe class KernelSet
{
    /// <summary>
    /// Most rows of one call of <see cref="Multiply"/>: their activations and the panels of a group stay in the second-level cache.
    /// </summary>
    internal const int BlockRowsMax = 96;

    /// <summary>
    /// Steps after which a matrix product turns to the next tile of rows, so that the panels of a group stay in the second-level cache.
    /// </summary>
    internal const int BlockSteps = 2048;

    /// <summary>Most panels that are computed together.</summary>
    internal const int GroupPanelsMax = 4;

    /// <summary>From one row of sums to the next, in numbers.</summary>
    internal const int SumStride = GroupPanelsMax * PackedMatrix.PanelColumns;

    /// <summary>Scratch of <see cref="Multiply"/>, in numbers.</summary>
    internal const int SumFloats = BlockRowsMax * SumStride;

    /// <summary>Most rows of one call of <see cref="Attend"/>.</summary>
    internal const int AttentionRowsMax = 48;

    /// <summary>Scores that one call of <see cref="Attend"/> keeps where it has the choice: a quarter of a second-level cache of 1 MiB.</summary>
    private const int ScoreFloats = 65_536;

    /// <summary>Name as configured.</summary>
    internal abstract string Name { get; }

    /// <summary>
    /// Numbers from one row of scores to the next, for that many positions. Odd in units of a cache line, so that rows do not fall on one another in
    /// the cache.
    /// </summary>
    internal static int ScoreStride(int positions) => SixteenLanes.RoundUp(positions) | SixteenLanes.Count;

    /// <summary>Rows that one call of <see cref="Attend"/> should take for that many positions; a multiple of 6.</summary>
    internal static int AttentionRows(int positions) => Math.Clamp(ScoreFloats / ScoreStride(positions) / 6 * 6, 6, AttentionRowsMax);

    /// <summary>Scratch of <see cref="Attend"/>, in numbers, for contexts of up to that many positions.</summary>
    internal static long AttentionFloats(int positions, int valueStride) =>
        AttentionRowsMax + (AttentionRowsMax * (long)valueStride) + Math.Max(ScoreFloats, 6L * (ScoreStride(positions) + SixteenLanes.Count));

    /// <summary>A block of a matrix product; see <see cref="MatrixKernel{TSimd,TVector}"/>.</summary>
    internal abstract void Multiply(in MatrixProduct product, int firstRow, int rows, int firstPanel, int panels, float* sums);

    /// <summary>A block of rows of causal attention; see <see cref="AttentionKernel{TSimd,TVector}"/>.</summary>
    internal abstract void Attend(in AttentionBlock block, int firstRow, int rows, float* scratch);

    /// <summary>RMSNorm of one row; see <see cref="RowKernel{TSimd,TVector}"/>.</summary>
    internal abstract void Normalise(float* x, float* gain, int width, float epsilon, float* target);

    /// <summary>Rotary embedding of one head; see <see cref="RowKernel{TSimd,TVector}"/>.</summary>
    internal abstract void Rotate(float* x, float* cosines, float* sines, int half, float scale, float* target);

    /// <summary>
    /// Rounds of nothing but multiply-adds; returns how many floating-point operations they were. See <see cref="PeakKernel{TSimd,TVector}"/>.
    /// </summary>
    internal abstract double SpendMultiplyAdds(int rounds);

    /// <summary>Reads that many numbers, a multiple of 64, once. See <see cref="PeakKernel{TSimd,TVector}"/>.</summary>
    internal abstract float Read(float* source, long count);
}
