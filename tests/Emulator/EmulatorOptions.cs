namespace Preble.Emulator;

/// <summary>What an emulated machine is like and what is checked on it.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Number of devices.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>10 * major + minor.</summary>
    public int ComputeCapability { get; init; } = 80;

    /// <summary>Memory of a device, in bytes.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Threads of the host that run blocks side by side.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Report reads of bytes that nobody wrote, and of bytes that a <c>cp.async</c> has not brought yet.</summary>
    public bool CheckInitialised { get; init; } = true;

    /// <summary>Report races of threads on shared memory and of blocks on global memory.</summary>
    public bool CheckRaces { get; init; } = true;

    /// <summary>Run blocks, and warps between barriers, in the opposite order: what a kernel computes does not depend on it.</summary>
    public bool Backwards { get; init; }

    /// <summary>Changes a module's text before it is read; null for nothing.</summary>
    public Func<string, string>? Rewrite { get; init; }

    /// <summary>Warp instructions that one launch may run.</summary>
    public long InstructionsMax { get; init; } = 20_000_000_000;

    /// <summary>Warp instructions a second that events count time by.</summary>
    public double InstructionsPerSecond { get; init; } = 1e9;
}
