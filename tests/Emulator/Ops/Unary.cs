using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs an operation of one source on vectors of lanes.</summary>
internal static unsafe class Unary<T, TOp>
    where T : unmanaged
    where TOp : struct, IUnary<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* d = (T*)warp.Row(i->Operand[0]);
        T* a = (T*)warp.Row(i->Operand[1]);
        for (int lane = 0; lane < Warp.Lanes; lane += Vector512<T>.Count)
        {
            Rows.Store(d, lane, TOp.Run(Vector512.Load(a + lane)), mask);
        }
    }
}
