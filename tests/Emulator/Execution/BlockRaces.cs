using System.Globalization;
using System.Numerics;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Execution;

/// <summary>
/// Blocks of a launch run in no order, so that one may neither read nor overwrite what another has written unless it knows of that: see <see
/// cref="BlockOrder"/>. Atomic instructions are left out. A read that another block overwrites later is found when the blocks run the other way round.
/// </summary>
internal static unsafe class BlockRaces
{
    /// <summary>Launches that can be told apart.</summary>
    internal const uint LaunchesMax = 1 << (32 - LaunchShift);

    /// <summary>Fences of a block that can be told apart.</summary>
    internal const uint FencesMax = (1 << (LaunchShift - BlockBits)) - 1;

    private const int BlockBits = 14;
    private const int LaunchShift = 22;
    private const uint Blocks = (1 << BlockBits) - 1;
    private const uint Rest = (1 << LaunchShift) - 1;
    private const int GranuleBytes = 2;

    /// <summary>The mark of a block of a launch after so many of its fences. Blocks far apart may share it.</summary>
    internal static uint Stamp(uint launch, long block, uint fences) => (launch << LaunchShift) | (fences << BlockBits) | BlockOf((uint)block);

    /// <summary>The block of a mark, or of a number in the grid.</summary>
    internal static uint BlockOf(uint stamp) => stamp & Blocks;

    internal static void Read(Warp warp, Instruction* i, uint mask, MemoryRegion region, int bytes, bool contiguous)
    {
        long* offsets = warp.Offsets;
        if (contiguous && mask == uint.MaxValue && !Suspect(warp, Owners(region, offsets[0], bytes * Warp.Lanes)))
        {
            return;
        }

        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            Check(warp, i, lane, region, offsets[lane], bytes, "reads");
        }
    }

    internal static void Write(Warp warp, Instruction* i, uint mask, MemoryRegion region, int bytes, bool contiguous)
    {
        long* offsets = warp.Offsets;
        warp.Block.Order.Wrote(warp, mask);
        if (contiguous && mask == uint.MaxValue)
        {
            Span<uint> all = Owners(region, offsets[0], bytes * Warp.Lanes);
            if (!Suspect(warp, all))
            {
                all.Fill(warp.Block.Stamp);
                return;
            }
        }

        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            Check(warp, i, lane, region, offsets[lane], bytes, "writes");
            Owners(region, offsets[lane], bytes).Fill(warp.Block.Stamp);
        }
    }

    // Something there was written in this launch, by another block or before a fence.
    private static bool Suspect(Warp warp, ReadOnlySpan<uint> owners)
    {
        uint stamp = warp.Block.Stamp;
        uint first = stamp & ~Rest;
        uint last = stamp | Rest;
        return (stamp > first && owners.IndexOfAnyInRange(first, stamp - 1) >= 0) || (stamp < last && owners.IndexOfAnyInRange(stamp + 1, last) >= 0);
    }

    private static void Check(Warp warp, Instruction* i, int lane, MemoryRegion region, long offset, int bytes, string what)
    {
        uint stamp = warp.Block.Stamp;
        foreach (uint owner in Owners(region, offset, bytes))
        {
            if (((owner ^ stamp) & ~Rest) == 0 && BlockOf(owner) != BlockOf(stamp) && !warp.Block.Order.Knows(warp, lane, BlockOf(owner), (owner & Rest) >> BlockBits))
            {
                throw warp.Fault(
                    FaultKind.Race,
                    i,
                    lane,
                    region.Start + (ulong)offset,
                    string.Create(CultureInfo.InvariantCulture, $"{what} byte {offset} of {region.Name}, which block {BlockOf(owner)} wrote, and nothing orders the two"));
            }
        }
    }

    private static Span<uint> Owners(MemoryRegion region, long offset, int bytes)
    {
        long first = offset / GranuleBytes;
        return new Span<uint>(region.Owners + first, (int)(((offset + bytes - 1) / GranuleBytes) - first + 1));
    }
}
