using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Products;

namespace Preble.Kernels.Timing;

/// <summary>Measures what a card reaches at most.</summary>
internal static class PeakMeter
{
    /// <param name="run">Memory; freed by the caller.</param>
    /// <param name="timer">Times.</param>
    /// <param name="copyBytes">What is copied: far more than the cache has.</param>
    /// <param name="matrix">Width, depth and rows of the matrices.</param>
    internal static DevicePeaks Measure(BenchRun run, KernelTimer timer, long copyBytes, int matrix)
    {
        (DevicePointer from, DevicePointer to) = (run.Random(copyBytes), run.Empty(copyBytes));
        double driver = timer.MeasureUnrecorded(() => run.Stream.CopyOnDevice(to, from, copyBytes)).LowUs;

        // The kernel gathers pages of a MiB that happen to lie in order.
        const long pageBytes = 1 << 20;
        int count = Math.Max(1, (int)(copyBytes / pageBytes));
        long page = Math.Min(pageBytes, copyBytes);
        DevicePointer pages = run.With<int>([.. Enumerable.Range(0, count)]);
        PageCopyOp copy = run.Op(device => new PageCopyOp(device));
        double kernel = timer.Measure(_ => copy.Gather(run.Stream, pages, count, from, copyBytes, page, 1, to), 1).LowUs;

        KernelWork work = KernelWork.Gemm(matrix, matrix, matrix, false);
        (DevicePointer a, DevicePointer w) = (run.Random((long)matrix * matrix * 2), run.Random((long)matrix * matrix * 2));
        DevicePointer output = run.Empty((long)matrix * matrix * 2);
        GemmOp gemm = run.Op(device => new GemmOp(device));
        double own = timer.Measure(_ => gemm.Run(run.Stream, a, w, output, matrix, matrix, matrix), 1).LowUs;
        IMatrixProduct? cublas = run.Cublas;
        double other = cublas is null ? double.PositiveInfinity : timer.Measure(_ => cublas.Multiply(a, w, output, false, matrix, matrix, matrix), 1).LowUs;
        return new DevicePeaks(
            Rate(2 * copyBytes, driver, 1e3), Rate(2 * count * page, kernel, 1e3), Rate(work.Operations, Math.Min(own, other), 1e6), own <= other ? "gemm" : cublas!.Name);
    }

    private static double Rate(double amount, double us, double perUs) => amount / us / perUs;
}
