namespace Preble.Emulator.Ops;

/// <summary>Arithmetic on two bfloat16 in a register, each rounded once; a lone one has nothing in the upper half.</summary>
internal static class PairOps
{
    internal struct MultiplyAddBrain : IMap3<uint, uint, uint, uint>
    {
        public static uint Run(uint a, uint b, uint c) =>
            (Fused(a >> 16, b >> 16, c >> 16) << 16) | Fused(a & 0xFFFF, b & 0xFFFF, c & 0xFFFF);
    }

    internal struct AddBrain : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => Pack(Single(a >> 16) + Single(b >> 16), Single(a) + Single(b));
    }

    internal struct MultiplyBrain : IMap2<uint, uint, uint>
    {
        public static uint Run(uint a, uint b) => Pack(Single(a >> 16) * Single(b >> 16), Single(a) * Single(b));
    }

    // The product is exact in 32 bits' float; the sum is made odd where it was cut, so that rounding it again is rounding once.
    private static uint Fused(uint a, uint b, uint c)
    {
        double exact = ((double)Single(a) * Single(b)) + Single(c);
        float sum = (float)exact;
        uint bits = BitConverter.SingleToUInt32Bits(sum);
        if (sum != exact && float.IsFinite(sum))
        {
            bits -= Math.Abs((double)sum) > Math.Abs(exact) ? 1u : 0u;
            bits |= 1;
        }

        return Conversions.Brain(BitConverter.UInt32BitsToSingle(bits));
    }

    private static uint Pack(float high, float low) => (Conversions.Brain(high) << 16) | Conversions.Brain(low);

    private static float Single(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);
}
