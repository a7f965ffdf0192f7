using System.Numerics;

namespace Preble.Emulator.Ops;

/// <summary>Shifts, fields and permutations of bits. Shifts by more than the width give zeros, or signs.</summary>
internal static class BitOps
{
    internal struct ShiftLeft<T> : IMap2<T, T, uint>
        where T : IBinaryInteger<T>
    {
        public static T Run(T a, uint b) => b >= (uint)Width(a) ? T.Zero : a << (int)b;
    }

    internal struct ShiftRight<T> : IMap2<T, T, uint>
        where T : IBinaryInteger<T>
    {
        public static T Run(T a, uint b) => b >= (uint)Width(a) ? (T.IsNegative(a) ? ~T.Zero : T.Zero) : a >> (int)b;
    }

    internal struct ShiftLeft16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => b > 15 ? 0u : (ushort)(a << (int)b);
    }

    internal struct ShiftRight16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => b > 15 ? 0 : a >> (int)b;
    }

    internal struct ShiftRightSigned16 : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => (ushort)((short)a >> (int)Math.Min(b, 15));
    }

    internal struct FunnelLeft : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) << (int)(c & 31) >> 32);
    }

    internal struct FunnelLeftClamp : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) << (int)Math.Min(c, 32) >> 32);
    }

    internal struct FunnelRight : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) >> (int)(c & 31));
    }

    internal struct FunnelRightClamp : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) >> (int)Math.Min(c, 32));
    }

    /// <summary>bfe: so many bits from a place on; signed ones are filled up with the field's sign.</summary>
    internal struct Extract<T> : IMap3<T, T, uint, uint>
        where T : IBinaryInteger<T>
    {
        public static T Run(T a, uint place, uint length)
        {
            int width = Width(a);
            int start = (int)(place & 255);
            int count = (int)(length & 255);
            bool signed = T.IsNegative(~T.Zero);
            T result = T.Zero;
            T sign = signed && count > 0 ? (a >> Math.Min(start + count - 1, width - 1)) & T.One : T.Zero;
            for (int bit = 0; bit < width; bit++)
            {
                T value = bit < count && start + bit < width ? (a >> (start + bit)) & T.One : sign;
                result |= value << bit;
            }

            return result;
        }
    }

    /// <summary>prmt: each nibble of c chooses one of the 8 bytes of b:a, or its sign.</summary>
    internal struct Permute : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c)
        {
            ulong bytes = ((ulong)b << 32) | a;
            uint result = 0;
            for (int i = 0; i < 4; i++)
            {
                int choice = (int)(c >> (4 * i)) & 15;
                uint value = (uint)(bytes >> (8 * (choice & 7))) & 0xFF;
                value = (choice & 8) == 0 ? value : (value & 0x80) != 0 ? 0xFFu : 0u;
                result |= value << (8 * i);
            }

            return result;
        }
    }

    internal struct Reverse<T> : IMap1<T, T>
        where T : IBinaryInteger<T>
    {
        public static T Run(T a)
        {
            T result = T.Zero;
            for (int bit = 0; bit < Width(a); bit++)
            {
                result = (result << 1) | ((a >> bit) & T.One);
            }

            return result;
        }
    }

    private static int Width<T>(T a)
        where T : IBinaryInteger<T> => 8 * a.GetByteCount();
}
