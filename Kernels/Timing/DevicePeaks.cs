namespace Preble.Kernels.Timing;

/// <summary>What the card reaches at most, measured in the same run as what is compared with it.</summary>
/// <param name="DeviceCopyGigabytes">Copies by the driver, 10^9 bytes a second, reads and writes counted.</param>
/// <param name="KernelCopyGigabytes">Copies by a kernel.</param>
/// <param name="MatrixTeraflops">A large product of bfloat16 matrices, 10^12 operations a second.</param>
/// <param name="MatrixBy">Whose product is the faster: cuBLAS with its version, or <c>gemm</c>, this project's.</param>
public sealed record DevicePeaks(double DeviceCopyGigabytes, double KernelCopyGigabytes, double MatrixTeraflops, string MatrixBy)
{
    /// <summary>The faster of the two copies, 10^9 bytes a second.</summary>
    public double CopyGigabytes => Math.Max(DeviceCopyGigabytes, KernelCopyGigabytes);
}
