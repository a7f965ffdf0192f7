using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>The operations on single rows: RMSNorm and the rotary embedding.</summary>
internal static unsafe class RowKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary><c>x / sqrt(mean(x^2) + epsilon) * gain</c>.</summary>
    /// <param name="x">[width], followed by zeros up to a multiple of 16.</param>
    /// <param name="gain">[width], followed by zeros up to a multiple of 16.</param>
    /// <param name="width">Numbers in the row.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="target">[width rounded up to 16]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Normalise(float* x, float* gain, int width, float epsilon, float* target)
    {
        int padded = SixteenLanes.RoundUp(width);
        float* lanes = stackalloc float[SixteenLanes.Count];
        TVector s0 = TSimd.Create(0f), s1 = s0, s2 = s0, s3 = s0;
        for (int i = 0; i < padded; i += SixteenLanes.Count)
        {
            s0 = AddSquare(x + i, s0);
            if (TSimd.Count < 16)
            {
                s1 = AddSquare(x + i + TSimd.Count, s1);
            }

            if (TSimd.Count < 8)
            {
                s2 = AddSquare(x + i + (2 * TSimd.Count), s2);
                s3 = AddSquare(x + i + (3 * TSimd.Count), s3);
            }
        }

        AttentionKernel<TSimd, TVector>.Spread(lanes, s0, s1, s2, s3);
        TVector factor = TSimd.Create(1f / MathF.Sqrt((SixteenLanes.Sum(lanes) / width) + epsilon));
        for (int i = 0; i < padded; i += TSimd.Count)
        {
            TSimd.Store(target + i, TSimd.Multiply(TSimd.Multiply(TSimd.Load(x + i), factor), TSimd.Load(gain + i)));
        }
    }

    /// <summary>Rotates the pairs (x[i], x[i + half]) of a head by the angles of a position, then scales.</summary>
    /// <param name="x">[2 * half]</param>
    /// <param name="cosines">[half]</param>
    /// <param name="sines">[half]</param>
    /// <param name="half">Pairs in a head.</param>
    /// <param name="scale">Factor on the result.</param>
    /// <param name="target">[2 * half]; not x.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Rotate(float* x, float* cosines, float* sines, int half, float scale, float* target)
    {
        TVector zero = TSimd.Create(0f);
        TVector factor = TSimd.Create(scale);
        int i = 0;
        for (; i <= half - TSimd.Count; i += TSimd.Count)
        {
            TVector a = TSimd.Load(x + i), b = TSimd.Load(x + half + i);
            TVector c = TSimd.Load(cosines + i), s = TSimd.Load(sines + i);
            TVector first = TSimd.MultiplyAdd(b, TSimd.Subtract(zero, s), TSimd.Multiply(a, c));
            TVector second = TSimd.MultiplyAdd(b, c, TSimd.Multiply(a, s));
            TSimd.Store(target + i, TSimd.Multiply(first, factor));
            TSimd.Store(target + half + i, TSimd.Multiply(second, factor));
        }

        for (; i < half; i++)
        {
            float a = x[i], b = x[half + i], c = cosines[i], s = sines[i];
            target[i] = MathF.FusedMultiplyAdd(b, 0f - s, a * c) * scale;
            target[half + i] = MathF.FusedMultiplyAdd(b, c, a * s) * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddSquare(float* x, TVector sum)
    {
        TVector value = TSimd.Load(x);
        return TSimd.MultiplyAdd(value, value, sum);
    }
}
