using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>selp: one of two sources, as a predicate says.</summary>
internal static unsafe class Select<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* d = (T*)warp.Row(i->Operand[0]);
        T* a = (T*)warp.Row(i->Operand[1]);
        T* b = (T*)warp.Row(i->Operand[2]);
        uint chosen = *(uint*)warp.Row(i->Operand[3]) ^ i->SourceFlip;
        for (int lane = 0; lane < Warp.Lanes; lane += Vector512<T>.Count)
        {
            Rows.Store(d, lane, Vector512.ConditionalSelect(Rows.Expand<T>(chosen, lane), Vector512.Load(a + lane), Vector512.Load(b + lane)), mask);
        }
    }
}
