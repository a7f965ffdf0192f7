using System.Runtime.CompilerServices;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs an operation of one source lane by lane.</summary>
internal static unsafe class Map1<TD, TA, TOp>
    where TD : unmanaged
    where TA : unmanaged
    where TOp : struct, IMap1<TD, TA>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        TD* d = (TD*)warp.Row(i->Operand[0]);
        TA* a = (TA*)warp.Row(i->Operand[1]);
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                d[lane] = TOp.Run(a[lane]);
            }
        }
    }
}
