using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>IEEE 16-bit floats.</summary>
internal readonly struct HalfPair : IPairFormat
{
    public static Vector512<float> First(Vector512<uint> pairs)
    {
        // The exponent is moved to its place and corrected by a multiplication, which makes subnormal numbers right too; infinity and NaN are put apart.
        Vector512<uint> bits = pairs & Vector512.Create(0x7FFFu);
        Vector512<float> scaled = (bits << 13).AsSingle() * Vector512.Create(5.192296858534828e33f);
        Vector512<uint> special = Vector512.GreaterThanOrEqual(bits, Vector512.Create(0x7C00u));
        Vector512<uint> magnitude = Vector512.ConditionalSelect(special, (bits << 13) | Vector512.Create(0x7F800000u), scaled.AsUInt32());
        return (magnitude | ((pairs & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }

    public static Vector512<float> Second(Vector512<uint> pairs) => First(pairs >> 16);
}
