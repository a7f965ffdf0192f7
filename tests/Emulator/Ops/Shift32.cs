using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs a shift of 32 bits on vectors of lanes where the processor can, else lane by lane.</summary>
internal static unsafe class Shift32<TShift>
    where TShift : struct, IShift
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        uint* d = (uint*)warp.Row(i->Operand[0]);
        uint* a = (uint*)warp.Row(i->Operand[1]);
        uint* b = (uint*)warp.Row(i->Operand[2]);
        if (Avx512F.IsSupported)
        {
            for (int lane = 0; lane < Warp.Lanes; lane += Vector512<uint>.Count)
            {
                Rows.Store(d, lane, TShift.Run(Vector512.Load(a + lane), Vector512.Load(b + lane)), mask);
            }

            return;
        }

        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                d[lane] = TShift.Run(a[lane], b[lane]);
            }
        }
    }
}
