using System.Globalization;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Execution;

/// <summary>What is checked of accesses whose bounds are already known to hold.</summary>
internal static unsafe class Checks
{
    /// <summary>A read of bytes that nobody wrote, or that are on their way, is a fault.</summary>
    internal static void Read(Warp warp, Instruction* i, int lane, MemoryRegion region, long offset, int bytes)
    {
        if (region.State == null)
        {
            return;
        }

        byte* state = region.State + offset;
        bool written = bytes switch
        {
            4 => *(uint*)state == 0x01010101,
            2 => *(ushort*)state == 0x0101,
            1 => *state == ByteState.Written,
            8 => *(ulong*)state == 0x0101010101010101,
            _ => new ReadOnlySpan<byte>(state, bytes).IndexOfAnyExcept(ByteState.Written) < 0,
        };
        if (!written)
        {
            ThrowUnwritten(warp, i, lane, region, offset, bytes);
        }
    }

    /// <summary>Writes make bytes known; writing under a <c>cp.async</c> is a fault.</summary>
    internal static void Write(Warp warp, Instruction* i, int lane, MemoryRegion region, long offset, int bytes)
    {
        if (region.State == null)
        {
            return;
        }

        byte* state = region.State + offset;
        if (region == warp.Block.Shared && new ReadOnlySpan<byte>(state, bytes).Contains(ByteState.Pending))
        {
            ThrowUnwritten(warp, i, lane, region, offset, bytes);
        }

        new Span<byte>(state, bytes).Fill(ByteState.Written);
    }

    internal static void ReadShared(Warp warp, Instruction* i, int lane, long offset, int bytes)
    {
        if (warp.Block.Races is RaceCheck races)
        {
            (int code, int other, int otherLane, _) = races.Read((int)offset, bytes, warp.Index, lane, i->Index, warp.Clock);
            if (code >= 0)
            {
                ThrowRace(warp, i, lane, offset, "reads", code, other, otherLane, true);
            }
        }
    }

    internal static void WriteShared(Warp warp, Instruction* i, int lane, long offset, int bytes, bool atomic)
    {
        if (warp.Block.Races is RaceCheck races)
        {
            (int code, int other, int otherLane, bool wrote) = races.Write((int)offset, bytes, warp.Index, lane, i->Index, warp.Clock, atomic);
            if (code >= 0)
            {
                ThrowRace(warp, i, lane, offset, "writes", code, other, otherLane, wrote);
            }
        }
    }

    private static void ThrowUnwritten(Warp warp, Instruction* i, int lane, MemoryRegion region, long offset, int bytes)
    {
        var state = new ReadOnlySpan<byte>(region.State + offset, bytes);
        bool pending = state.Contains(ByteState.Pending);
        int first = state.IndexOfAnyExcept(ByteState.Written);
        long at = offset + (pending ? state.IndexOf(ByteState.Pending) : first) - (lane * (long)region.LaneStride);
        throw warp.Fault(
            pending ? FaultKind.AsyncCopyPending : FaultKind.Uninitialised,
            i,
            lane,
            region.Start + (ulong)(offset - (lane * (long)region.LaneStride)),
            string.Create(CultureInfo.InvariantCulture, $"byte {at} of {region.Name} of {region.Bytes} bytes {(pending ? "is still to be written by a cp.async" : "was never written")}"));
    }

    private static void ThrowRace(Warp warp, Instruction* i, int lane, long offset, string what, int code, int other, int otherLane, bool wrote) => throw warp.Fault(
        FaultKind.Race,
        i,
        lane,
        (ulong)offset,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{what} byte {offset} of shared memory, which thread {(other * Warp.Lanes) + otherLane} {(wrote ? "wrote" : "read")} at line {warp.Block.Line(code)}, and nothing orders the two"));
}
