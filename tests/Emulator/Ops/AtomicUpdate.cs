using System.Numerics;
using Preble.Emulator.Execution;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Ops;

/// <summary>atom and red, lane after lane. Operands: target (-1 for none), value, second value.</summary>
internal static unsafe class AtomicUpdate<T, TUpdate>
    where T : unmanaged
    where TUpdate : struct, IUpdate<T>
{
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        T* target = i->Target == 0 ? null : (T*)warp.Row(i->Operand[0]);
        T* values = (T*)warp.Row(i->Operand[1]);
        T* others = (T*)warp.Row(i->Operand[2]);
        T* results = stackalloc T[Warp.Lanes];
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            MemoryRegion region = Addressing.Resolve(warp, i, 1u << lane, sizeof(T), out _)!;
            long offset = warp.Offsets[lane];
            Checks.Read(warp, i, lane, region, offset, sizeof(T));
            if (region == warp.Block.Shared)
            {
                Checks.WriteShared(warp, i, lane, offset, sizeof(T), true);
            }

            T* place = (T*)(region.Data + offset);
            lock (warp.Block.Launch.AtomicLock)
            {
                if (region.Owners != null)
                {
                    warp.Block.Order.Update(warp, i, lane, region.Start + (ulong)offset);
                }

                results[lane] = *place;
                *place = TUpdate.Run(*place, values[lane], others[lane]);
            }
        }

        for (uint left = target == null ? 0 : mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            target[lane] = results[lane];
        }
    }
}
