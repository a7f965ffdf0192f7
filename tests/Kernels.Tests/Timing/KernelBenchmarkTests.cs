using Preble.Emulator;
using Preble.Kernels.Tests.Ops;
using Preble.Kernels.Timing;

namespace Preble.Kernels.Tests.Timing;

/// <summary>What times the kernels on a GPU runs here, too, on shapes that an emulator can do.</summary>
public sealed class KernelBenchmarkTests
{
    private static readonly BenchShapes Tiny = new("tiny", 64, 64, 128, 4, 2, 32, [(2, 40)], [(16, 20)], 20);

    [Fact]
    public void EveryOpIsTimedThroughTheSameLaunchersAsInUse()
    {
        using var gpu = new EmulatedGpu(new EmulatorOptions { CheckRaces = false });
        using var benchmark = new KernelBenchmark(gpu.Device, TimingEffort.Least, copyBytes: 4096, matrix: 64);

        KernelBenchResult[] results = [.. KernelBenchCases.Of(Tiny).Select(one => benchmark.Run(one, setsMax: 2)).OfType<KernelBenchResult>()];

        gpu.Faults.Should().BeEmpty();
        results.Should().OnlyContain(result => result.Timing.MedianUs > 0 && result.Work.Bytes > 0);
        results.Select(result => result.Op).Distinct().Should().BeEquivalentTo(KernelBenchmark.Ops.Except(["cublas"]), "an emulator has no cuBLAS");
        benchmark.Peaks.CopyGigabytes.Should().BePositive();
        benchmark.Peaks.MatrixBy.Should().Be("gemm");
    }
}
