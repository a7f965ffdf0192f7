using System.Text.Json;
using Preble.Emulator;
using Preble.Kernels.Driver;

namespace Preble.Cli.Tests.Commands;

/// <summary>Commands for GPUs, on an emulated one.</summary>
public sealed class KernelsTests : IDisposable
{
    private readonly PtxEmulator _gpu = New(new EmulatorOptions());

    [Fact]
    public async Task ChecksThatPassAreCountedAndWritten()
    {
        using var folder = new TemporaryFolder();

        Preble run = await Preble.RunLineAsync(_gpu, $"kernels check --op rms-norm --size small --seed 5 --json {folder.File("c.json")}");

        run.Code.Should().Be(0, run.Output);
        run.Output.Should().MatchRegex(@"\| rms-norm \|\s+\d+ \|\s+0 \|");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("c.json"))).RootElement;
        root.GetProperty("seed").GetInt32().Should().Be(5);
        root.GetProperty("failed").GetInt32().Should().Be(0);
        root.GetProperty("results").EnumerateArray().Should().HaveCountGreaterThan(10)
            .And.OnlyContain(one => one.GetProperty("passed").GetBoolean() && one.GetProperty("error").GetDouble() < one.GetProperty("tolerance").GetDouble());
    }

    [Fact]
    public async Task AKernelThatComputesSomethingElseFailsItsCheck()
    {
        // Times the root of the mean square, not divided by it.
        using PtxEmulator gpu = New(new EmulatorOptions { Rewrite = ptx => ptx.Replace("rcp.rn.f32", "mov.f32") });

        Preble run = await Preble.RunLineAsync(gpu, "kernels check --op rms-norm --size small --seed 1");

        run.Code.Should().Be(1);
        run.Errors.Should().MatchRegex(@"^preble: \d+ of \d+ checks failed\.\n$");
        run.Output.Should().Contain("rms-norm, 3 tokens, width 192: row");
    }

    [Fact]
    public async Task WhatIsNotThereToBeCheckedIsSaidAndIsNoFailure()
    {
        using var folder = new TemporaryFolder();

        Preble run = await Preble.RunLineAsync(_gpu, $"kernels check --op cublas --size small --seed 1 --json {folder.File("c.json")}");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().EndWith("\ncublas was not checked: There is no cuBLAS 12 or 13 here.\n");
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("c.json"))).RootElement;
        root.GetProperty("failed").GetInt32().Should().Be(0);
        root.GetProperty("results").EnumerateArray().Should().OnlyContain(one => !one.GetProperty("passed").GetBoolean() && one.GetProperty("skipped").GetString() != null);
    }

    [Fact]
    public async Task WhatADriverRefusesIsAFailureWithItsWords()
    {
        _gpu.FailNext("cuModuleLoadDataEx", CudaResult.InvalidPtx);

        Preble run = await Preble.RunLineAsync(_gpu, "kernels check --op embed --size small --seed 1");

        run.Code.Should().Be(1);
        run.Output.Should().Contain("cuModuleLoadDataEx").And.Contain("CUDA_ERROR_INVALID_PTX");
    }

    [Fact]
    public async Task AGpuThatIsNotThereIsAnErrorOfUsage()
    {
        Preble run = await Preble.RunLineAsync(_gpu, "kernels bench --device 3");

        run.Code.Should().Be(2);
        run.Errors.Should().Be("preble: --device 3: there is no such GPU; allowed: 0 to 0.\n");
    }

    [Theory]
    [InlineData("kernels check")]
    [InlineData("kernels bench")]
    [InlineData("kernels text --model MODEL")]
    [InlineData("bench engine --device cuda")]
    public async Task WithoutAGpuOneLineSaysSo(string line)
    {
        using PtxEmulator none = New(new EmulatorOptions { Devices = 0 });

        Preble run = await Preble.RunLineAsync(none, line.Replace("MODEL", Demo));

        run.Code.Should().Be(1);
        run.Errors.Should().Be("preble: the NVIDIA driver finds no GPU.\n");
    }

    [Fact]
    public async Task AModelSaysTheSameOnTheGpuAsOnTheCpu()
    {
        Preble run = await Preble.RunLineAsync(_gpu, $"kernels text --model {Demo} --limit 2 --tokens 4");

        run.Code.Should().Be(0, run.Errors);
        run.Output.Should().Contain("in batches: 2 of 2 prompts as on the CPU").And.Contain("from cached pages: 2 of 2").And.Contain("alone: 2 of 2");
    }

    [Fact]
    public async Task AModelThatSaysSomethingElseIsTold()
    {
        using PtxEmulator gpu = New(new EmulatorOptions { Rewrite = ptx => ptx.Replace("ex2.approx", "lg2.approx") });

        Preble run = await Preble.RunLineAsync(gpu, $"kernels text --model {Demo} --limit 1 --tokens 4");

        run.Code.Should().Be(1);
        run.Errors.Should().NotBeEmpty();
    }

    [Fact]
    public async Task AnEngineIsTimedOnTheGpu()
    {
        using var folder = new TemporaryFolder();

        Preble run = await Preble.RunLineAsync(
            _gpu, $"bench engine --device cuda --shape demo --tokens 40 --context 20 --batches 1,3 --repeats 1 --json {folder.File("e.json")}");

        run.Code.Should().Be(0, run.Errors);
        JsonElement[] steps = [.. JsonDocument.Parse(File.ReadAllText(folder.File("e.json"))).RootElement.GetProperty("steps").EnumerateArray()];
        steps.Select(step => (step.GetProperty("step").GetString(), step.GetProperty("tokens").GetInt32(), step.GetProperty("context").GetInt32()))
            .Should().Equal(("prefill", 40, 40), ("decode", 1, 20), ("decode", 3, 20));
        steps.Should().OnlyContain(step => step.GetProperty("median_s").GetDouble() > 0 && step.GetProperty("bytes").GetDouble() > 3_000_000);
    }

    public void Dispose() => _gpu.Dispose();

    private static string Demo => Path.Combine(RepositoryRoot.Folder, "models", "demo");

    private static PtxEmulator New(EmulatorOptions options)
    {
        var gpu = new PtxEmulator(options);
        gpu.Init();
        return gpu;
    }
}
