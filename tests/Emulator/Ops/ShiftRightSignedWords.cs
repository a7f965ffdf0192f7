using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Preble.Emulator.Ops;

internal readonly struct ShiftRightSignedWords : IShift
{
    public static Vector512<uint> Run(Vector512<uint> a, Vector512<uint> counts) => Avx512F.ShiftRightArithmeticVariable(a.AsInt32(), counts).AsUInt32();

    public static uint Run(uint a, uint count) => (uint)((int)a >> (int)Math.Min(count, 31));
}
