namespace Preble.Kernels.Checking;

/// <summary>bfloat16 as the device stores it: the upper half of a float, rounded to nearest, ties to even.</summary>
internal static class Bf16
{
    /// <summary>Largest relative error of one rounding: half a unit in the last of 8 significant bits.</summary>
    internal const double Rounding = 1.0 / 256;

    /// <summary>The value, exactly.</summary>
    internal static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest bfloat16.</summary>
    internal static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
