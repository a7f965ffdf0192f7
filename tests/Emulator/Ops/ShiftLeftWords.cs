using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Preble.Emulator.Ops;

internal readonly struct ShiftLeftWords : IShift
{
    public static Vector512<uint> Run(Vector512<uint> a, Vector512<uint> counts) => Avx512F.ShiftLeftLogicalVariable(a, counts);

    public static uint Run(uint a, uint count) => count > 31 ? 0 : a << (int)count;
}
