namespace Preble.Engine.Cpu;

/// <summary>How a model is loaded for the CPU.</summary>
public sealed record CpuOptions
{
    /// <summary>The kernel set: "avx512", "avx2", "portable", or "auto" for the best that the machine has. All give the same bits.</summary>
    public string KernelSet { get; init; } = "auto";

    /// <summary>Threads that pack the weights, at least 1.</summary>
    public int LoadThreads { get; init; } = Environment.ProcessorCount;
}
