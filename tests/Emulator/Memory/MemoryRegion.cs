using System.Runtime.InteropServices;

namespace Preble.Emulator.Memory;

/// <summary>A range of emulated addresses with the host memory behind it. Freed, it keeps its addresses, so that a late use can be told.</summary>
internal sealed unsafe class MemoryRegion
{
    /// <param name="name">For messages.</param>
    /// <param name="start">First address.</param>
    /// <param name="bytes">Size, of one thread's part where threads have their own.</param>
    /// <param name="copies">Threads that have a part of their own; 1 for memory that is shared.</param>
    /// <param name="tracked">Whether the state of each byte is kept.</param>
    internal MemoryRegion(string name, ulong start, ulong bytes, int copies, bool tracked)
    {
        Name = name;
        Start = start;
        Bytes = bytes;
        LaneStride = copies > 1 ? (nint)bytes : 0;
        HostBytes = checked((nuint)bytes * (nuint)copies);
        Data = (byte*)NativeMemory.AlignedAlloc(Math.Max(HostBytes, 64), 64);
        State = tracked ? (byte*)NativeMemory.AlignedAlloc(Math.Max(HostBytes, 64), 64) : null;
        Clear();
    }

    internal string Name { get; }

    internal ulong Start { get; }

    internal ulong Bytes { get; }

    /// <summary>Distance between the parts of two lanes of a warp, in bytes; 0 for memory that is shared.</summary>
    internal nint LaneStride { get; }

    internal byte* Data { get; private set; }

    /// <summary>One <see cref="ByteState"/> a byte; null if not tracked.</summary>
    internal byte* State { get; private set; }

    /// <summary>For each two bytes, the launch and block that wrote them last, and after how many of its fences, as <see cref="Execution.BlockRaces"/> keeps them; null if nobody asks.</summary>
    internal uint* Owners { get; private set; }

    private nuint HostBytes { get; }

    internal bool Contains(ulong address, ulong bytes) => address >= Start && address - Start <= Bytes && bytes <= Bytes - (address - Start);

    /// <summary>Makes everything unwritten.</summary>
    internal void Clear()
    {
        NativeMemory.Fill(Data, HostBytes, ByteState.Poison);
        if (State != null)
        {
            NativeMemory.Fill(State, HostBytes, ByteState.Unwritten);
        }
    }

    internal void MarkWritten(ulong address, nuint bytes)
    {
        if (State != null)
        {
            NativeMemory.Fill(State + (nuint)(address - Start), bytes, ByteState.Written);
        }
    }

    /// <summary>Begins to keep who wrote what, or forgets it.</summary>
    internal void ForgetOwners()
    {
        NativeMemory.Free(Owners);
        Owners = (uint*)NativeMemory.AllocZeroed((HostBytes / 2) + 1, sizeof(uint));
    }

    /// <summary>Gives the host memory back; only once, and only when no kernel runs.</summary>
    internal void Free()
    {
        NativeMemory.AlignedFree(Data);
        NativeMemory.AlignedFree(State);
        NativeMemory.Free(Owners);
        Data = null;
        State = null;
        Owners = null;
    }
}
