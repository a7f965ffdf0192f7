using System.Runtime.InteropServices;
using Preble.Emulator.Memory;

namespace Preble.Emulator.Execution;

/// <summary>The memory of the host that a warp works in, kept from block to block.</summary>
internal sealed unsafe class WarpStorage : IDisposable
{
    private nuint _registerBytes;

    internal byte* Registers { get; private set; }

    /// <summary>One number a lane.</summary>
    internal long* Offsets { get; } = (long*)NativeMemory.AlignedAlloc(Warp.Lanes * sizeof(long), 64);

    /// <summary>One clock for each warp of a block.</summary>
    internal uint* Clock { get; } = (uint*)NativeMemory.AlignedAlloc(Warp.Lanes * sizeof(uint), 64);

    /// <summary>Each thread's local memory; null if the kernel has none.</summary>
    internal MemoryRegion? Local { get; private set; }

    /// <summary>Makes room for a kernel and forgets what was there.</summary>
    internal void Reset(KernelCode code, bool tracked)
    {
        if (_registerBytes < (nuint)code.RegisterBytes)
        {
            NativeMemory.AlignedFree(Registers);
            _registerBytes = (nuint)code.RegisterBytes;
            Registers = (byte*)NativeMemory.AlignedAlloc(_registerBytes, 64);
        }

        NativeMemory.Fill(Registers, (nuint)code.RegisterBytes, ByteState.Poison);
        new Span<uint>(Clock, Warp.Lanes).Clear();
        if (code.LocalBytes != (int)(Local?.Bytes ?? 0))
        {
            Local?.Free();
            Local = code.LocalBytes == 0 ? null : new MemoryRegion("local memory", 0, (ulong)code.LocalBytes, Warp.Lanes, tracked);
        }

        Local?.Clear();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(Registers);
        NativeMemory.AlignedFree(Offsets);
        NativeMemory.AlignedFree(Clock);
        Local?.Free();
    }
}
