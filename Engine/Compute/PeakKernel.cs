using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>Loops that do nothing but keep one resource of the machine busy, to measure what the kernels are measured against.</summary>
internal static unsafe class PeakKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Multiply-adds of one round of <see cref="MultiplyAdds"/> for each lane.</summary>
    internal const int ChainCount = 12;

    /// <summary>Twelve independent chains of fused multiply-adds; returns a number so that they are not dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float MultiplyAdds(int rounds)
    {
        TVector a = TSimd.Create(0.999f), b = TSimd.Create(0.001f);
        TVector c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (int i = 0; i < rounds; i++)
        {
            c0 = TSimd.MultiplyAdd(c0, a, b);
            c1 = TSimd.MultiplyAdd(c1, a, b);
            c2 = TSimd.MultiplyAdd(c2, a, b);
            c3 = TSimd.MultiplyAdd(c3, a, b);
            c4 = TSimd.MultiplyAdd(c4, a, b);
            c5 = TSimd.MultiplyAdd(c5, a, b);
            c6 = TSimd.MultiplyAdd(c6, a, b);
            c7 = TSimd.MultiplyAdd(c7, a, b);
            c8 = TSimd.MultiplyAdd(c8, a, b);
            c9 = TSimd.MultiplyAdd(c9, a, b);
            c10 = TSimd.MultiplyAdd(c10, a, b);
            c11 = TSimd.MultiplyAdd(c11, a, b);
        }

        TVector sum = TSimd.Add(TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)), TSimd.Add(TSimd.Add(c4, c5), TSimd.Add(c6, c7)));
        sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(c8, c9), TSimd.Add(c10, c11)));
        float* lanes = stackalloc float[SixteenLanes.Count];
        TSimd.Store(lanes, sum);
        return lanes[0];
    }

    /// <summary>Reads memory once; returns a number so that it is not dropped.</summary>
    /// <param name="source">[count]</param>
    /// <param name="count">Numbers; a multiple of 64.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Read(float* source, long count)
    {
        TVector s0 = TSimd.Create(0f), s1 = s0, s2 = s0, s3 = s0;
        for (float* end = source + count; source < end; source += 4 * TSimd.Count)
        {
            s0 = TSimd.Add(s0, TSimd.Load(source));
            s1 = TSimd.Add(s1, TSimd.Load(source + TSimd.Count));
            s2 = TSimd.Add(s2, TSimd.Load(source + (2 * TSimd.Count)));
            s3 = TSimd.Add(s3, TSimd.Load(source + (3 * TSimd.Count)));
        }

        float* lanes = stackalloc float[SixteenLanes.Count];
        TSimd.Store(lanes, TSimd.Add(TSimd.Add(s0, s1), TSimd.Add(s2, s3)));
        return lanes[0];
    }
}
