using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Preble.Emulator.Execution;

namespace Preble.Emulator.Ops;

/// <summary>
/// setp: compares lanes into a predicate's mask. Operands: target, inverted target, sources, predicate that the result is joined with; the immediate says
/// how: 0 not, 1 and, 2 or, 3 xor.
/// </summary>
internal static unsafe class Compare<T, TRelation>
    where T : unmanaged
    where TRelation : struct, IBinary<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* a = (T*)warp.Row(i->Operand[2]);
        T* b = (T*)warp.Row(i->Operand[3]);
        uint result = 0;
        for (int lane = 0; lane < Warp.Lanes; lane += Vector512<T>.Count)
        {
            result |= (uint)TRelation.Run(Vector512.Load(a + lane), Vector512.Load(b + lane)).ExtractMostSignificantBits() << lane;
        }

        Predicates.Finish(warp, i, mask, result);
    }
}
