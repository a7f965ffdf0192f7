using System.Numerics;
using System.Runtime.CompilerServices;
using Preble.Emulator.Execution;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Ops;

/// <summary>ld: elements of one type into rows of another, which is at least as wide.</summary>
internal static unsafe class Load<TMemory, TRow>
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
        if (region == warp.Block.Shared)
        {
            for (uint left = mask; left != 0; left &= left - 1)
            {
                int lane = BitOperations.TrailingZeroCount(left);
                Checks.ReadShared(warp, i, lane, offsets[lane], bytes);
            }
        }

        else if (region.Owners != null)
        {
            BlockRaces.Read(warp, i, mask, region, bytes, contiguous);
        }

        int elements = i->Shape.Elements;
        if (contiguous && mask == uint.MaxValue && region.State != null
            && new ReadOnlySpan<byte>(region.State + offsets[0], bytes * Warp.Lanes).IndexOfAnyExcept(ByteState.Written) < 0)
        {
            // All lanes at once are found written; otherwise each is looked at, for the report.
            Copy(warp, i, region, mask, elements);
            return;
        }

        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            Checks.Read(warp, i, lane, region, offsets[lane], bytes);
        }

        Copy(warp, i, region, mask, elements);
    }

    private static void Copy(Warp warp, Instruction* i, MemoryRegion region, uint mask, int elements)
    {
        long* offsets = warp.Offsets;
        for (int e = 0; e < elements; e++)
        {
            TRow* row = (TRow*)warp.Row(i->Operand[e]);
            byte* data = region.Data + (e * sizeof(TMemory));
            if (mask == uint.MaxValue)
            {
                for (int lane = 0; lane < Warp.Lanes; lane++)
                {
                    row[lane] = TRow.CreateTruncating(*(TMemory*)(data + offsets[lane]));
                }

                continue;
            }

            for (uint left = mask; left != 0; left &= left - 1)
            {
                int lane = BitOperations.TrailingZeroCount(left);
                row[lane] = TRow.CreateTruncating(*(TMemory*)(data + offsets[lane]));
            }
        }
    }
}
