namespace Preble.Kernels.Timing;

/// <summary>How fast a kernel is for one shape, and against what the card reaches at most.</summary>
/// <param name="Op">Name of the op.</param>
/// <param name="Case">Its shape.</param>
/// <param name="Timing">Of one launch.</param>
/// <param name="Work">What it must do at least.</param>
/// <param name="Peaks">Of the card.</param>
public sealed record KernelBenchResult(string Op, string Case, KernelTiming Timing, KernelWork Work, DevicePeaks Peaks)
{
    /// <summary>10^9 bytes a second.</summary>
    public double Gigabytes => Work.Bytes / Timing.MedianUs / 1e3;

    /// <summary>10^12 operations a second.</summary>
    public double Teraflops => Work.Operations / Timing.MedianUs / 1e6;

    /// <summary>Share of the copy bandwidth.</summary>
    public double CopyShare => Gigabytes / Peaks.CopyGigabytes;

    /// <summary>Share of the matrix peak.</summary>
    public double MatrixShare => Teraflops / Peaks.MatrixTeraflops;
}
