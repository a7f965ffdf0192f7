using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>Runs an operation of two sources on vectors of lanes.</summary>
internal static unsafe class Binary<T, TOp>
    where T : unmanaged
    where TOp : struct, IBinary<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* d = (T*)warp.Row(i->Operand[0]);
        T* a = (T*)warp.Row(i->Operand[1]);
        T* b = (T*)warp.Row(i->Operand[2]);
        for (int lane = 0; lane < Warp.Lanes; lane += Vector512<T>.Count)
        {
            Rows.Store(d, lane, TOp.Run(Vector512.Load(a + lane), Vector512.Load(b + lane)), mask);
        }
    }
}
