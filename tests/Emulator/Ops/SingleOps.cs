using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Operations on 32-bit floats. The approximate ones are as exact as they can be had, which is within what the hardware promises.</summary>
internal static class SingleOps
{
    internal struct MultiplyAdd : ITernary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
    }

    internal struct Divide : IBinary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b) => a / b;
    }

    internal struct Reciprocal : IUnary<float>
    {
        public static Vector512<float> Run(Vector512<float> a) => Vector512<float>.One / a;
    }

    internal struct SquareRoot : IUnary<float>
    {
        public static Vector512<float> Run(Vector512<float> a) => Vector512.Sqrt(a);
    }

    internal struct ReciprocalSquareRoot : IUnary<float>
    {
        public static Vector512<float> Run(Vector512<float> a) => Vector512<float>.One / Vector512.Sqrt(a);
    }

    /// <summary>A NaN loses against a number.</summary>
    internal struct Min : IBinary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b) => Vector512.MinNumber(a, b);
    }

    /// <inheritdoc cref="Min"/>
    internal struct Max : IBinary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b) => Vector512.MaxNumber(a, b);
    }

    /// <summary>2 to the power of a: an integer part for the exponent and a polynomial for the rest, within 2 units in the last place.</summary>
    internal struct Exp2 : IUnary<float>
    {
        public static Vector512<float> Run(Vector512<float> a)
        {
            Vector512<float> x = Vector512.Min(Vector512.Max(a, Vector512.Create(-151f)), Vector512.Create(129f));
            Vector512<float> whole = Vector512.Round(x);
            Vector512<float> f = x - whole;
            Vector512<float> p = Vector512.Create(1.5403530e-4f);
            p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(1.3333558e-3f));
            p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(9.6181291e-3f));
            p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(5.5504109e-2f));
            p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(2.4022651e-1f));
            p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(6.9314718e-1f));
            p = Vector512.FusedMultiplyAdd(p, f, Vector512<float>.One);

            // In two steps, as neither half of the exponent leaves the range of normal numbers.
            Vector512<int> n = Vector512.ConvertToInt32(whole);
            Vector512<int> half = n >> 1;
            return p * Scale(half) * Scale(n - half);
        }

        private static Vector512<float> Scale(Vector512<int> exponent) => ((exponent + Vector512.Create(127)) << 23).AsSingle();
    }

    /// <summary>Subnormal numbers count as zeros of their sign.</summary>
    internal static Vector512<float> Flush(Vector512<float> a)
    {
        Vector512<uint> sign = a.AsUInt32() & Vector512.Create(0x80000000u);
        Vector512<uint> tiny = Vector512.Equals(a.AsUInt32() & Vector512.Create(0x7F800000u), Vector512<uint>.Zero);
        return Vector512.ConditionalSelect(tiny, sign, a.AsUInt32()).AsSingle();
    }

    internal struct Flush1<TOp> : IUnary<float>
        where TOp : struct, IUnary<float>
    {
        public static Vector512<float> Run(Vector512<float> a) => Flush(TOp.Run(Flush(a)));
    }

    internal struct Flush2<TOp> : IBinary<float>
        where TOp : struct, IBinary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b) => Flush(TOp.Run(Flush(a), Flush(b)));
    }

    internal struct Flush3<TOp> : ITernary<float>
        where TOp : struct, ITernary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Flush(TOp.Run(Flush(a), Flush(b), Flush(c)));
    }

    /// <summary>Comparison of flushed numbers.</summary>
    internal struct FlushCompare<TOp> : IBinary<float>
        where TOp : struct, IBinary<float>
    {
        public static Vector512<float> Run(Vector512<float> a, Vector512<float> b) => TOp.Run(Flush(a), Flush(b));
    }
}
