using System.Runtime.Intrinsics;

namespace Preble.Emulator.Ops;

/// <summary>Two 16-bit numbers in a register.</summary>
internal interface IPairFormat
{
    /// <summary>The lower half's.</summary>
    static abstract Vector512<float> First(Vector512<uint> pairs);

    /// <summary>The upper half's.</summary>
    static abstract Vector512<float> Second(Vector512<uint> pairs);
}
