using System.Numerics;
using Preble.Emulator.Execution;
using Preble.Emulator.Memory;
using Preble.Emulator.Parsing;

namespace Preble.Emulator.Ops;

/// <summary>cp.async of the kind that threads wait for by groups.</summary>
internal static unsafe class AsyncCopyOps
{
    /// <summary>Reads now, writes when it is waited for. Operands: target, source, bytes that are read (the rest is zeros).</summary>
    internal static void Copy(Warp warp, Instruction* i, uint mask)
    {
        int bytes = i->Shape.Bytes;
        Instruction target = *i;
        target.Operand[Addressing.Operand] = i->Operand[0];
        target.Shape.Space = PtxSpace.Shared;
        target.Shape.WideAddress = i->Target != 0;
        target.Immediate = *(int*)warp.Row(i->Operand[3]);
        uint* sizes = (uint*)warp.Row(i->Operand[2]);
        MemoryRegion shared = warp.Block.Shared;
        for (uint left = mask; left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            uint size = sizes[lane];
            if (size > bytes)
            {
                throw warp.Fault(FaultKind.Trap, i, lane, 0, $"{size} bytes to be read for a copy of {bytes}");
            }

            UInt128 data = 0;
            if (size != 0)
            {
                MemoryRegion source = Addressing.Resolve(warp, i, 1u << lane, bytes, out _)!;
                Checks.Read(warp, i, lane, source, warp.Offsets[lane], (int)size);
                if (source.Owners != null)
                {
                    BlockRaces.Read(warp, i, 1u << lane, source, (int)size, false);
                }

                Buffer.MemoryCopy(source.Data + warp.Offsets[lane], &data, sizeof(UInt128), size);
            }

            Addressing.Resolve(warp, &target, 1u << lane, bytes, out _);
            int offset = (int)warp.Offsets[lane];
            Checks.Write(warp, i, lane, shared, offset, bytes);
            Checks.WriteShared(warp, i, lane, offset, bytes, false);
            if (shared.State != null)
            {
                new Span<byte>(shared.State + offset, bytes).Fill(ByteState.Pending);
            }

            warp.Copies.Add(lane, offset, bytes, data);
        }
    }

    internal static void Commit(Warp warp, Instruction* i, uint mask) => warp.Copies.Commit(mask);

    /// <summary>Until so many groups are left, which is the immediate; -1 waits for everything.</summary>
    internal static void Wait(Warp warp, Instruction* i, uint mask) => warp.Copies.Wait(warp, i, mask, (int)i->Immediate);
}
