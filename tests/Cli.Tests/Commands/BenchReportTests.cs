using System.Text.Json;
using Preble.Cli.CommandLine;
using Preble.Cli.Gpu;
using Preble.Kernels.Timing;

namespace Preble.Cli.Tests.Commands;

public sealed class BenchReportTests
{
    private static readonly DevicePeaks Peaks = new(4000, 4300, 700, "gemm");
    private readonly BenchReport _report = new(
        new DeviceLine("A card", 90, 12_080),
        Peaks,
        "",
        [
            new("gemm", "some shape", new KernelTiming(250, 240, 260), new KernelWork(1e8, 1e11), Peaks),
            new("embed", "another", new KernelTiming(2, 1, 3), new KernelWork(4e6, 0), Peaks),
        ]);

    [Fact]
    public void TheTableHasSharesOfThePeaksAboveIt()
    {
        string written = Written(_report);

        written.Should().StartWith("A card, compute capability 9.0, driver for CUDA 12.8\nPeaks: 4000 GB/s copied by the driver, 4300 by a kernel, 700.0 TFLOP/s (gemm)\n");
        written.Should().MatchRegex(@"gemm  \| some shape \| 250\.0 \| 240\.0 \| 260\.0 \|\s+400 \|\s+9 % \|\s+400\.0 \|\s+57 % \|");
        written.Should().MatchRegex(@"embed \| another    \|\s+2\.0 \|\s+1\.0 \|\s+3\.0 \|\s+2000 \|\s+47 % \|\s+\|\s+\|");
    }

    [Fact]
    public void ProductsStandBesideThoseOfCublasOrItIsSaidWhyNot()
    {
        KernelBenchResult cublas = _report.Results[0] with { Op = "cublas", Timing = new KernelTiming(125, 120, 130) };

        Written(_report with { Results = [.. _report.Results, cublas] }).Should().MatchRegex(@"some shape \|\s+250\.0 \|\s+125\.0 \|\s+50 % \|");
        Written(_report with { CublasProblem = "There is none." }).Should().EndWith("\ncuBLAS was not timed: There is none.\n");
    }

    [Fact]
    public void TheJsonHasAllOfIt()
    {
        JsonElement root = JsonDocument.Parse(OutputFile.Json(_report.WriteJson)).RootElement;

        root.GetProperty("device").GetString().Should().Be("A card");
        root.GetProperty("peaks").GetProperty("matrix_teraflops").GetDouble().Should().Be(700);
        JsonElement gemm = root.GetProperty("results")[0];
        gemm.GetProperty("median_us").GetDouble().Should().Be(250);
        gemm.GetProperty("teraflops").GetDouble().Should().Be(400);
        gemm.GetProperty("of_matrix").GetDouble().Should().BeApproximately(0.571429, 1e-6);
    }

    private static string Written(BenchReport report)
    {
        using var output = new StringWriter();
        report.Write(new Terminal(output, TextWriter.Null, false, false));
        return output.ToString();
    }
}
