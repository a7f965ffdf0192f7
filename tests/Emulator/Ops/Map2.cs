using System.Runtime.CompilerServices;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs an operation of two sources lane by lane.</summary>
internal static unsafe class Map2<TD, TA, TB, TOp>
    where TD : unmanaged
    where TA : unmanaged
    where TB : unmanaged
    where TOp : struct, IMap2<TD, TA, TB>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        TD* d = (TD*)warp.Row(i->Operand[0]);
        TA* a = (TA*)warp.Row(i->Operand[1]);
        TB* b = (TB*)warp.Row(i->Operand[2]);
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                d[lane] = TOp.Run(a[lane], b[lane]);
            }
        }
    }
}
