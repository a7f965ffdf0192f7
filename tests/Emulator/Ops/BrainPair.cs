using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>bfloat16: the upper half of a 32-bit float.</summary>
internal readonly struct BrainPair : IPairFormat
{
    public static Vector512<float> First(Vector512<uint> pairs) => (pairs << 16).AsSingle();

    public static Vector512<float> Second(Vector512<uint> pairs) => (pairs & Vector512.Create(0xFFFF0000u)).AsSingle();
}
