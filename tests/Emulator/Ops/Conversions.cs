using System.Numerics;

namespace Preble.Emulator.Ops;

/// <summary>cvt. Values narrower than a register lie in its low bits.</summary>
internal static class Conversions
{
    /// <summary>Integer to integer: the source's low bits, extended as its type says, cut to the target's type, extended as that says.</summary>
    internal struct Integers<TRow, TD, TA, TRowA> : IMap1<TRow, TRowA>
        where TRow : IBinaryInteger<TRow>
        where TD : IBinaryInteger<TD>
        where TA : IBinaryInteger<TA>
        where TRowA : IBinaryInteger<TRowA>
    {
        public static TRow Run(TRowA a) => TRow.CreateTruncating(TD.CreateTruncating(TA.CreateTruncating(a)));
    }

    internal struct SaturatingIntegers<TRow, TD, TA, TRowA> : IMap1<TRow, TRowA>
        where TRow : IBinaryInteger<TRow>
        where TD : IBinaryInteger<TD>
        where TA : IBinaryInteger<TA>
        where TRowA : IBinaryInteger<TRowA>
    {
        public static TRow Run(TRowA a) => TRow.CreateTruncating(TD.CreateSaturating(TA.CreateTruncating(a)));
    }

    internal struct FromInteger<TD, TA, TRowA> : IMap1<TD, TRowA>
        where TD : INumberBase<TD>
        where TA : IBinaryInteger<TA>
        where TRowA : IBinaryInteger<TRowA>
    {
        public static TD Run(TRowA a) => TD.CreateTruncating(TA.CreateTruncating(a));
    }

    /// <summary>Out of range is the nearest that is in it; NaN is 0.</summary>
    internal struct ToInteger<TRow, TD, TA, TRound> : IMap1<TRow, TA>
        where TRow : IBinaryInteger<TRow>
        where TD : IBinaryInteger<TD>
        where TA : INumberBase<TA>
        where TRound : struct, IMap1<double, double>
    {
        public static TRow Run(TA a) => TRow.CreateTruncating(TD.CreateSaturating(TRound.Run(double.CreateTruncating(a))));
    }

    internal struct ToWhole<T, TRound> : IMap1<T, T>
        where T : INumberBase<T>
        where TRound : struct, IMap1<double, double>
    {
        public static T Run(T a) => T.CreateTruncating(TRound.Run(double.CreateTruncating(a)));
    }

    internal struct Nearest : IMap1<double, double>
    {
        public static double Run(double a) => Math.Round(a, MidpointRounding.ToEven);
    }

    internal struct TowardsZero : IMap1<double, double>
    {
        public static double Run(double a) => Math.Truncate(a);
    }

    internal struct Down : IMap1<double, double>
    {
        public static double Run(double a) => Math.Floor(a);
    }

    internal struct Up : IMap1<double, double>
    {
        public static double Run(double a) => Math.Ceiling(a);
    }

    internal struct Widen : IMap1<double, float>
    {
        public static double Run(float a) => a;
    }

    internal struct Narrow : IMap1<float, double>
    {
        public static float Run(double a) => (float)a;
    }

    internal struct HalfToSingle : IMap1<float, uint>
    {
        public static float Run(uint a) => (float)BitConverter.UInt16BitsToHalf((ushort)a);
    }

    internal struct SingleToHalf : IMap1<uint, float>
    {
        public static uint Run(float a) => BitConverter.HalfToUInt16Bits((Half)a);
    }

    internal struct BrainToSingle : IMap1<float, uint>
    {
        public static float Run(uint a) => BitConverter.UInt32BitsToSingle(a << 16);
    }

    /// <summary>To the nearest, ties to even; a NaN becomes the one NaN.</summary>
    internal struct SingleToBrain : IMap1<uint, float>
    {
        public static uint Run(float a) => Brain(a);
    }

    internal struct SingleToBrainTruncated : IMap1<uint, float>
    {
        public static uint Run(float a) => float.IsNaN(a) ? 0x7FFF : BitConverter.SingleToUInt32Bits(a) >> 16;
    }

    /// <summary>The first source goes into the upper half.</summary>
    internal struct PackBrain : IMap2<uint, float, float>
    {
        public static uint Run(float a, float b) => (Brain(a) << 16) | Brain(b);
    }

    /// <inheritdoc cref="PackBrain"/>
    internal struct PackHalf : IMap2<uint, float, float>
    {
        public static uint Run(float a, float b) => ((uint)BitConverter.HalfToUInt16Bits((Half)a) << 16) | BitConverter.HalfToUInt16Bits((Half)b);
    }

    /// <summary>The 16 bits of a number as bfloat16.</summary>
    internal static uint Brain(float a)
    {
        uint bits = BitConverter.SingleToUInt32Bits(a);
        return float.IsNaN(a) ? 0x7FFFu : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }
}
