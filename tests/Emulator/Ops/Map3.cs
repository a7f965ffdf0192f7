using System.Runtime.CompilerServices;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs an operation of three sources lane by lane.</summary>
internal static unsafe class Map3<TD, TA, TB, TC, TOp>
    where TD : unmanaged
    where TA : unmanaged
    where TB : unmanaged
    where TC : unmanaged
    where TOp : struct, IMap3<TD, TA, TB, TC>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        TD* d = (TD*)warp.Row(i->Operand[0]);
        TA* a = (TA*)warp.Row(i->Operand[1]);
        TB* b = (TB*)warp.Row(i->Operand[2]);
        TC* c = (TC*)warp.Row(i->Operand[3]);
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                d[lane] = TOp.Run(a[lane], b[lane], c[lane]);
            }
        }
    }
}
