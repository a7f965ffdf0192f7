using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>
/// Causal attention over pages for a block of rows: scores page by page, softmax row by row, then the weighted sum of values.
/// A row's sums run over exactly the positions that it sees, in order; positions that only other rows of its tile see are added to those rows one by
/// one.
/// </summary>
internal static unsafe class AttentionKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Positions of values that all tiles of the block read before the next ones; they stay in the second-level cache.</summary>
    private const int ValueBlockTokens = 256;

    /// <summary>Computes rows [firstRow, firstRow + rows).</summary>
    /// <param name="block">The sequence and head.</param>
    /// <param name="firstRow">First row.</param>
    /// <param name="rows">At least one, at most <see cref="KernelSet.AttentionRowsMax"/>.</param>
    /// <param name="scratch">Room for the rows; see <see cref="KernelSet.AttentionFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Attend(in AttentionBlock block, int firstRow, int rows, float* scratch)
    {
        int tiles = (rows + TileKernel<TSimd, TVector, Float32Format>.RowsMax - 1) / TileKernel<TSimd, TVector, Float32Format>.RowsMax;
        int units = TileKernel<TSimd, TVector, Float32Format>.UnitsFor((rows + tiles - 1) / tiles);
        int stride = KernelSet.ScoreStride(block.Limit(firstRow + rows - 1));
        float* inverses = scratch;
        float* sums = inverses + KernelSet.AttentionRowsMax;
        float* scores = sums + (KernelSet.AttentionRowsMax * block.ValueStride);

        Score(block, firstRow, rows, tiles, units, scores, stride);
        for (int row = 0; row < rows; row++)
        {
            inverses[row] = Softmax(scores + ((nint)row * stride), block.Limit(firstRow + row));
        }

        Weigh(block, firstRow, rows, tiles, units, scores, stride, sums);
        for (int row = 0; row < rows; row++)
        {
            int token = (firstRow + row) / block.Heads;
            int head = (firstRow + row) % block.Heads;
            Scale(sums + ((nint)row * block.ValueStride), inverses[row], block.Out + (token * block.OutStride) + (head * block.HeadDim), block.HeadDim);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score(in AttentionBlock block, int firstRow, int rows, int tiles, int units, float* scores, int stride)
    {
        int limit = block.Limit(firstRow + rows - 1);
        Tile t = default;
        t.AStride = block.HeadDim;
        t.Steps = block.HeadDim;
        t.PageSteps = block.HeadDim;
        t.StepBytes = block.PageTokens * sizeof(float);
        t.CStride = stride;
        for (int position = 0; position < limit; position += 2 * units * TSimd.Count)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                int row = rows * tile / tiles;
                int tileRows = (rows * (tile + 1) / tiles) - row;
                int visible = block.Limit(firstRow + row + tileRows - 1) - position;
                if (visible <= 0)
                {
                    continue;
                }

                int vectors = Math.Min(2 * units, (visible + TSimd.Count - 1) / TSimd.Count);
                int used = vectors > 4 ? 4 : (vectors + 1) / 2;
                t.A = block.Queries + ((nint)(firstRow + row) * block.HeadDim);
                t.C = scores + ((nint)row * stride);

                // Vectors beyond the last visible one repeat it: they write the same scores to the same place.
                Place(block, position, vectors, 0, ref t.Near0, ref t.Low0);
                Place(block, position, vectors, 1, ref t.Far0, ref t.High0);
                Place(block, position, vectors, 2, ref t.Near1, ref t.Low1);
                Place(block, position, vectors, 3, ref t.Far1, ref t.High1);
                if (used > 2)
                {
                    Place(block, position, vectors, 4, ref t.Near2, ref t.Low2);
                    Place(block, position, vectors, 5, ref t.Far2, ref t.High2);
                    Place(block, position, vectors, 6, ref t.Near3, ref t.Low3);
                    Place(block, position, vectors, 7, ref t.Far3, ref t.High3);
                }

                TileKernel<TSimd, TVector, Float32Format>.Run(&t, tileRows, used);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(in AttentionBlock block, int position, int vectors, int index, ref byte* keys, ref nint column)
    {
        position += Math.Min(index, vectors - 1) * TSimd.Count;
        keys = block.Keys + (block.Pages[position / block.PageTokens] * block.PageBytes) + (position % block.PageTokens * sizeof(float));
        column = position;
    }

    /// <summary>
    /// Replaces scores by e^(score - max) and returns one over their sum. What follows the scores up to a multiple of 16 becomes 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Softmax(float* scores, int count)
    {
        int padded = SixteenLanes.RoundUp(count);
        for (int i = count; i < padded; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        // Lane j of the sixteen sees scores j, j + 16, j + 32...; narrower sets keep them in two or four vectors.
        float* lanes = stackalloc float[SixteenLanes.Count];
        TVector m0 = TSimd.Create(float.NegativeInfinity), m1 = m0, m2 = m0, m3 = m0;
        for (int i = 0; i < padded; i += SixteenLanes.Count)
        {
            m0 = TSimd.Max(m0, TSimd.Load(scores + i));
            if (TSimd.Count < 16)
            {
                m1 = TSimd.Max(m1, TSimd.Load(scores + i + TSimd.Count));
            }

            if (TSimd.Count < 8)
            {
                m2 = TSimd.Max(m2, TSimd.Load(scores + i + (2 * TSimd.Count)));
                m3 = TSimd.Max(m3, TSimd.Load(scores + i + (3 * TSimd.Count)));
            }
        }

        Spread(lanes, m0, m1, m2, m3);
        TVector max = TSimd.Create(SixteenLanes.Max(lanes));
        TVector s0 = TSimd.Create(0f), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < padded; i += SixteenLanes.Count)
        {
            s0 = TSimd.Add(s0, Weight(scores + i, max));
            if (TSimd.Count < 16)
            {
                s1 = TSimd.Add(s1, Weight(scores + i + TSimd.Count, max));
            }

            if (TSimd.Count < 8)
            {
                s2 = TSimd.Add(s2, Weight(scores + i + (2 * TSimd.Count), max));
                s3 = TSimd.Add(s3, Weight(scores + i + (3 * TSimd.Count), max));
            }
        }

        Spread(lanes, s0, s1, s2, s3);
        return 1f / SixteenLanes.Sum(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Weight(float* score, TVector max)
    {
        TVector weight = Exponential.OrZero<TSimd, TVector>(TSimd.Subtract(TSimd.Load(score), max));
        TSimd.Store(score, weight);
        return weight;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Spread(float* lanes, TVector v0, TVector v1, TVector v2, TVector v3)
    {
        TSimd.Store(lanes, v0);
        if (TSimd.Count < 16)
        {
            TSimd.Store(lanes + TSimd.Count, v1);
        }

        if (TSimd.Count < 8)
        {
            TSimd.Store(lanes + (2 * TSimd.Count), v2);
            TSimd.Store(lanes + (3 * TSimd.Count), v3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(in AttentionBlock block, int firstRow, int rows, int tiles, int units, float* scores, int stride, float* sums)
    {
        Tile t = default;
        t.StepBytes = block.ValueStride * sizeof(float);
        t.CStride = block.ValueStride;
        t.PageBytes = block.PageBytes;
        int chunk = Math.Max(1, ValueBlockTokens / block.PageTokens) * block.PageTokens;
        int limit = block.Limit(firstRow + rows - 1);
        for (int position = 0; position < limit; position += chunk)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                int row = rows * tile / tiles;
                int common = block.Limit(firstRow + row);
                if (common <= position)
                {
                    continue;
                }

                t.A = scores + ((nint)row * stride) + position;
                t.AStride = stride;
                t.Steps = Math.Min(chunk, common - position);
                t.Pages = block.Pages + (position / block.PageTokens);
                t.PageSteps = block.PageTokens;
                t.C = sums + ((nint)row * block.ValueStride);
                t.Accumulate = position > 0;
                Columns(&t, block, block.Values, (rows * (tile + 1) / tiles) - row, units);
            }
        }

        t.Accumulate = true;
        t.Pages = null;
        for (int tile = 0; tile < tiles; tile++)
        {
            int first = rows * tile / tiles;
            int common = block.Limit(firstRow + first);
            for (int row = first + 1; row < rows * (tile + 1) / tiles; row++)
            {
                int end = block.Limit(firstRow + row);
                for (int position = common; position < end; position += (int)t.Steps)
                {
                    int inPage = position % block.PageTokens;
                    byte* values = block.Values + (block.Pages[position / block.PageTokens] * block.PageBytes) + (inPage * t.StepBytes);
                    t.A = scores + ((nint)row * stride) + position;
                    t.Steps = Math.Min(end - position, block.PageTokens - inPage);
                    t.PageSteps = t.Steps;
                    t.C = sums + ((nint)row * block.ValueStride);
                    Columns(&t, block, values, 1, units);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(Tile* t, in AttentionBlock block, byte* values, int rows, int unitsMax)
    {
        int count = block.ValueStride / (2 * TSimd.Count);
        for (int unit = 0; unit < count;)
        {
            int units = Math.Min(rows == 1 ? 4 : unitsMax, count - unit);
            units = units == 3 ? 2 : units;
            int width = TSimd.Count;
            nint column = unit * 2 * width;
            (t->Low0, t->High0) = (column, column + width);
            (t->Low1, t->High1) = (column + (2 * width), column + (3 * width));
            (t->Low2, t->High2) = (column + (4 * width), column + (5 * width));
            (t->Low3, t->High3) = (column + (6 * width), column + (7 * width));
            byte* near = values + (column * sizeof(float));
            nint vector = width * sizeof(float);
            t->Near0 = near;
            t->Far0 = near + vector;
            t->Near1 = near + (2 * vector);
            t->Far1 = near + (3 * vector);
            t->Near2 = near + (4 * vector);
            t->Far2 = near + (5 * vector);
            t->Near3 = near + (6 * vector);
            t->Far3 = near + (7 * vector);
            TileKernel<TSimd, TVector, Float32Format>.Run(t, rows, units);
            unit += units;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* values, float factor, float* target, int count)
    {
        TVector factors = TSimd.Create(factor);
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TSimd.Store(target + i, TSimd.Multiply(TSimd.Load(values + i), factors));
        }

        for (; i < count; i++)
        {
            target[i] = values[i] * factor;
        }
    }
}
