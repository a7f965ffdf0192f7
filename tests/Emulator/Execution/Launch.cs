using Preble.Emulator.Memory;
using Preble.Kernels.Driver;

namespace Preble.Emulator.Execution;

/// <summary>One call of a kernel: what all of its blocks share.</summary>
/// <param name="Number">Tells it from the launches before.</param>
/// <param name="Code">The kernel.</param>
/// <param name="Grid">Blocks.</param>
/// <param name="Threads">Of a block.</param>
/// <param name="DynamicSharedBytes">Shared memory beyond what the kernel declares.</param>
/// <param name="Constants">Pinned: the arguments and the kernel's constants.</param>
/// <param name="Memory">The device's.</param>
/// <param name="Options">What is checked.</param>
internal sealed record Launch(
    uint Number, KernelCode Code, Dim3 Grid, Dim3 Threads, int DynamicSharedBytes, byte[] Constants, AddressSpace Memory, EmulatorOptions Options)
{
    private long _instructions;

    internal int ThreadCount => Threads.X * Threads.Y * Threads.Z;

    internal long BlockCount => (long)Grid.X * Grid.Y * Grid.Z;

    /// <summary>Held while an atomic instruction works on global memory, and for what it tells there.</summary>
    internal Lock AtomicLock { get; } = new();

    /// <summary>What blocks have told at an address, by atomic instructions: of each block the fence before which its writes are known.</summary>
    internal Dictionary<ulong, Dictionary<uint, uint>> Told { get; } = [];

    /// <summary>Warp instructions that were run.</summary>
    internal long Instructions => Volatile.Read(ref _instructions);

    /// <summary>Set when a block has failed.</summary>
    internal volatile bool Stopped;

    /// <summary>False when the launch has used up what it may run.</summary>
    internal bool Spend(long instructions) => Interlocked.Add(ref _instructions, instructions) <= Options.InstructionsMax;

    /// <summary>Place in the grid of the block that comes so many-th.</summary>
    internal Dim3 BlockIndex(long number) =>
        new((int)(number % Grid.X), (int)(number / Grid.X % Grid.Y), (int)(number / Grid.X / Grid.Y));
}
