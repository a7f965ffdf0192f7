using System.Runtime.CompilerServices;

namespace Preble.Engine.Compute;

/// <summary>e^x by range reduction and a polynomial of degree 7, within 2 units in the last place; the same operations in every kernel set.</summary>
internal static class Exponential
{
    /// <summary>1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits.</summary>
    internal const float RoundingMagic = 12_582_912f;

    /// <summary>Below this the result is taken as 0 where <see cref="OrZero"/> is used.</summary>
    internal const float Smallest = -86f;

    private const float Largest = 88f;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: n times the first is exact for every n that occurs.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x for x clamped to [-86, 88].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Clamped<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        x = TSimd.Min(TSimd.Max(x, TSimd.Create(Smallest)), TSimd.Create(Largest));
        TVector shifted = TSimd.MultiplyAdd(x, TSimd.Create(Log2E), TSimd.Create(RoundingMagic));
        TVector n = TSimd.Subtract(shifted, TSimd.Create(RoundingMagic));
        TVector r = TSimd.MultiplyAdd(n, TSimd.Create(-Ln2High), x);
        r = TSimd.MultiplyAdd(n, TSimd.Create(-Ln2Low), r);

        TVector p = TSimd.Create(1f / 5040);
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 720));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 120));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 24));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f / 6));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(0.5f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f));
        p = TSimd.MultiplyAdd(p, r, TSimd.Create(1f));
        return TSimd.ScaleByPowerOfTwo(p, shifted);
    }

    /// <summary>e^x for x up to 88, exactly 0 below -86.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector OrZero<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged =>
        TSimd.ZeroBelow(Clamped<TSimd, TVector>(x), x, TSimd.Create(Smallest));
}
