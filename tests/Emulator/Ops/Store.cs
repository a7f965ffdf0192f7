using System.Numerics;
using System.Runtime.CompilerServices;
using Preble.Emulator.Execution;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Ops;

/// <summary>st: rows of one type as elements of another, which is at most as wide.</summary>
internal static unsafe class Store<TMemory, TRow>
    where TMemory : unmanaged, IBinaryInteger<TMemory>
    where TRow : unmanaged, IBinaryInteger<TRow>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Warp warp, Instruction* i, uint mask)
    {
        int bytes = i->Shape.Bytes;
        MemoryRegion? region = Addressing.Resolve(warp, i, mask, bytes, out bool contiguous);
        if (region == null)
        {
            Addressing.LaneByLane(warp, i, mask, &Run);
            return;
        }

        long* offsets = warp.Offsets;
        bool shared = region == warp.Block.Shared;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            Checks.Write(warp, i, lane, region, offsets[lane], bytes);
            if (shared)
            {
                Checks.WriteShared(warp, i, lane, offsets[lane], bytes, false);
            }
        }

        if (region.Owners != null)
        {
            BlockRaces.Write(warp, i, mask, region, bytes, contiguous);
        }

        int elements = i->Shape.Elements;
        for (int e = 0; e < elements; e++)
        {
            TRow* row = (TRow*)warp.Row(i->Operand[e]);
            byte* data = region.Data + (e * sizeof(TMemory));
            for (uint left = mask; left != 0; left &= left - 1)
            {
                int lane = BitOperations.TrailingZeroCount(left);
                *(TMemory*)(data + offsets[lane]) = TMemory.CreateTruncating(row[lane]);
            }
        }
    }
}
