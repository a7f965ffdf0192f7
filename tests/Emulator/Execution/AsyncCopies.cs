using System.Runtime.InteropServices;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Execution;

/// <summary>What a warp's <c>cp.async</c> have read and not yet written: it arrives when it is waited for, and not before.</summary>
internal sealed unsafe class AsyncCopies
{
    private readonly List<AsyncCopy> _pending = [];
    private readonly int[] _committed = new int[Warp.Lanes];

    internal void Clear()
    {
        _pending.Clear();
        Array.Clear(_committed);
    }

    internal void Add(int lane, int target, int bytes, UInt128 data) => _pending.Add(new AsyncCopy(lane, _committed[lane], target, bytes, data));

    internal void Commit(uint mask)
    {
        for (int lane = 0; lane < Warp.Lanes; lane++)
        {
            _committed[lane] += (int)(mask >> lane & 1);
        }
    }

    /// <summary>Writes what belongs to all but the newest so many groups; a negative number means everything.</summary>
    internal void Wait(Warp warp, Instruction* i, uint mask, int groupsLeft)
    {
        int kept = 0;
        Span<AsyncCopy> copies = CollectionsMarshal.AsSpan(_pending);
        MemoryRegion shared = warp.Block.Shared;
        for (int n = 0; n < copies.Length; n++)
        {
            ref AsyncCopy copy = ref copies[n];
            bool done = (mask >> copy.Lane & 1) != 0 && (groupsLeft < 0 || copy.Group < _committed[copy.Lane] - groupsLeft);
            if (!done)
            {
                copies[kept++] = copy;
                continue;
            }

            UInt128 data = copy.Data;
            new ReadOnlySpan<byte>(&data, copy.Bytes).CopyTo(new Span<byte>(shared.Data + copy.Target, copy.Bytes));
            shared.MarkWritten((ulong)copy.Target, (nuint)copy.Bytes);
            Checks.WriteShared(warp, i, copy.Lane, copy.Target, copy.Bytes, false);
        }

        CollectionsMarshal.SetCount(_pending, kept);
    }
}
