using System.Numerics;

namespace Preble.Emulator.Ops;

/// <summary>Integer operations for which there is no vector instruction.</summary>
internal static class LaneOps
{
    /// <summary>Division by zero gives all ones, as on the device.</summary>
    internal struct Divide<T> : IMap2<T, T, T>
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        public static T Run(T a, T b) => b == T.Zero ? ~T.Zero : Overflows(a, b) ? a : a / b;
    }

    internal struct Remainder<T> : IMap2<T, T, T>
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        public static T Run(T a, T b) => b == T.Zero ? a : Overflows(a, b) ? T.Zero : a % b;
    }

    internal struct MultiplyHigh32 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => (uint)((ulong)a * b >> 32);
    }

    internal struct MultiplyHighSigned32 : IMap2<int, int, int>
    {
        public static int Run(int a, int b) => (int)((long)a * b >> 32);
    }

    internal struct MultiplyHigh64 : IMap2<ulong, ulong, ulong>
    {
        public static ulong Run(ulong a, ulong b) => Math.BigMul(a, b, out _);
    }

    internal struct MultiplyHighSigned64 : IMap2<long, long, long>
    {
        public static long Run(long a, long b) => Math.BigMul(a, b, out _);
    }

    internal struct MultiplyWide : IMap2<ulong, uint, uint>
    {
        public static ulong Run(uint a, uint b) => (ulong)a * b;
    }

    internal struct MultiplyWideSigned : IMap2<long, int, int>
    {
        public static long Run(int a, int b) => (long)a * b;
    }

    internal struct MultiplyWide16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => (ushort)a * (uint)(ushort)b;
    }

    internal struct MultiplyWideSigned16 : IMap2<int, uint, uint>
    {
        public static int Run(uint a, uint b) => (short)a * (short)b;
    }

    internal struct MultiplyHigh16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => (ushort)a * (uint)(ushort)b >> 16;
    }

    internal struct MultiplyHighSigned16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => (ushort)((short)a * (short)b >> 16);
    }

    internal struct MultiplyAddWide16 : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => ((ushort)a * (uint)(ushort)b) + c;
    }

    internal struct MultiplyAddWideSigned16 : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((short)a * (short)b) + c;
    }

    /// <summary>On the low 16 bits, which have a sign.</summary>
    internal struct SignedShort2<TOp> : IMap2<uint, uint, uint>
        where TOp : struct, IMap2<int, int, int>
    {
        public static uint Run(uint a, uint b) => (ushort)TOp.Run((short)a, (short)b);
    }

    internal struct MultiplyAddWide : IMap3<ulong, uint, uint, ulong>
    {
        public static ulong Run(uint a, uint b, ulong c) => ((ulong)a * b) + c;
    }

    internal struct MultiplyAddWideSigned : IMap3<long, int, int, long>
    {
        public static long Run(int a, int b, long c) => ((long)a * b) + c;
    }

    internal struct MultiplyAddHigh32 : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((ulong)a * b >> 32) + c;
    }

    internal struct MultiplyAddHighSigned32 : IMap3<int, int, int, int>
    {
        public static int Run(int a, int b, int c) => (int)((long)a * b >> 32) + c;
    }

    internal struct PopulationCount<T> : IMap1<uint, T>
        where T : IBinaryInteger<T>
    {
        public static uint Run(T a) => uint.CreateTruncating(T.PopCount(a));
    }

    internal struct LeadingZeros<T> : IMap1<uint, T>
        where T : IBinaryInteger<T>
    {
        public static uint Run(T a) => uint.CreateTruncating(T.LeadingZeroCount(a));
    }

    /// <summary>Place of the highest bit that is not like the sign; all ones for none.</summary>
    internal struct FindHighest<T> : IMap1<uint, T>
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        public static uint Run(T a)
        {
            T bits = T.IsNegative(a) ? ~a : a;
            return bits == T.Zero ? uint.MaxValue : uint.CreateTruncating(T.MaxValue.GetByteCount() * 8 - 1) - uint.CreateTruncating(T.LeadingZeroCount(bits));
        }
    }

    internal struct AbsoluteDifference<T> : IMap3<T, T, T, T>
        where T : IBinaryInteger<T>
    {
        public static T Run(T a, T b, T c) => (a < b ? b - a : a - b) + c;
    }

    private static bool Overflows<T>(T a, T b)
        where T : IBinaryInteger<T>, IMinMaxValue<T> => T.MinValue < T.Zero && a == T.MinValue && b == ~T.Zero;
}
