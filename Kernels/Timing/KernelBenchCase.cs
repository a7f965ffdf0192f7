namespace Preble.Kernels.Timing;

/// <summary>One shape of one op, and how it is launched.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Name">The shape in words.</param>
/// <param name="Work">What it must do at least.</param>
/// <param name="Prepare">Makes one set of buffers and returns what launches the op on it; null where it cannot run.</param>
internal sealed record KernelBenchCase(string Op, string Name, KernelWork Work, Func<BenchRun, Action?> Prepare);
