using Preble.Kernels.Timing;

namespace Preble.Kernels.Tests.Timing;

/// <summary>What a kernel must do at least is counted right: shares of peaks are no better than it.</summary>
public sealed class KernelWorkTests
{
    [Fact]
    public void DecodeReadsEveryKeyAndValueOnce()
    {
        KernelWork work = KernelWork.Decode(64, 4096, 32, 8, 128);

        // 64 sequences of 4,096 tokens with 8 heads of 128 keys and as many values of 2 bytes; a query and a result for each of 32 heads.
        work.Bytes.Should().Be((64L * 4096 * 8 * 128 * 2 * 2) + (64L * 32 * 128 * 2 * 2));
        work.Operations.Should().Be(4L * 64 * 4096 * 32 * 128);
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(12_288, 4096)]
    [InlineData(7, 1)]
    public void PrefillCountsEachPairOfAQueryAndAKeyThatItSees(int cached, int added)
    {
        long pairs = 0;
        for (int query = 0; query < added; query++)
        {
            pairs += cached + query + 1;
        }

        KernelWork work = KernelWork.Prefill(cached, added, 32, 8, 128);

        work.Operations.Should().Be(4.0 * 32 * 128 * pairs);
        work.Bytes.Should().Be(2.0 * 128 * ((2.0 * (cached + added) * 8) + (2.0 * added * 32)));
    }

    [Fact]
    public void AProductReadsBothMatricesAndWritesTheThird()
    {
        KernelWork.Gemm(64, 28_672, 4096, isSingle: false).Should().Be(new KernelWork(2.0 * ((64 * 4096) + (28_672 * 4096) + (64 * 28_672)), 2.0 * 64 * 28_672 * 4096));
        KernelWork.Gemm(3, 8, 16, isSingle: true).Bytes.Should().Be((2 * ((3 * 16) + (8 * 16))) + (4 * 3 * 8));
    }

    [Fact]
    public void OpsOnRowsReadAndWriteThemOnce()
    {
        KernelWork.RmsNorm(5, 64).Bytes.Should().Be((5 * 64 * (4 + 4 + 2 + 2)) + (64 * 4));
        KernelWork.SiluMultiply(5, 64).Bytes.Should().Be(5 * 64 * 3 * 2);
        KernelWork.AddBias(5, 64).Bytes.Should().Be((5 * 64 * 2 * 2) + (64 * 4));
        KernelWork.RopeStore(5, 6, 2, 32).Bytes.Should().Be(5 * (((6 + 2 + 2) * 32 * 2 * 2) + (2 * 16 * 4)));
        KernelWork.Embed(5, 64).Bytes.Should().Be(5 * 64 * (2 + 4));
        KernelWork.Copy(100).Bytes.Should().Be(200);
    }

    [Fact]
    public void ATimingIsTheMedianBetweenTenths() =>
        KernelTiming.Of(Enumerable.Range(0, 41).Select(i => (double)((i * 7) % 41))).Should().Be(new KernelTiming(20, 4, 36));

    [Fact]
    public void SharesAreOfWhatWasMeasuredInTheSameRun()
    {
        var result = new KernelBenchResult("op", "case", new KernelTiming(250, 240, 260), new KernelWork(1e9, 2e9), new DevicePeaks(4000, 4200, 700, "gemm"));

        result.Gigabytes.Should().BeApproximately(4000, 1e-9);
        result.CopyShare.Should().BeApproximately(4000 / 4200.0, 1e-9);
        result.Teraflops.Should().BeApproximately(8, 1e-9);
        result.MatrixShare.Should().BeApproximately(8 / 700.0, 1e-9);
    }
}
