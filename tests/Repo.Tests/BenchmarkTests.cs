using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Preble.Repo.Tests;

public sealed class BenchmarkTests
{
    private static string Program =>
        Path.Combine(Repository.Root, "tests", "Benchmarks", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Preble.Benchmarks.dll");

    [Fact]
    public async Task EveryBenchmarkRuns() =>
        (await RunAsync("all", "--quick")).Should().Contain("== grains").And.Contain("== serving").And.Contain("== records").And.Contain("ended and remembered");

    [Theory]
    [InlineData("paper", "2 x a6000-mistral-7b")]
    [InlineData("programming", "all three and 40 ms a step")]
    [InlineData("ablation", "all of Preble")]
    [InlineData("policies", "hot-burst, 4 unequal")]
    [InlineData("unlisted", "shared-prefix, 4 unequal")]
    [InlineData("drawn", "1: programming, 4 a100-llama3-8b of 100,000, load 1")]
    [InlineData("knowledge", "a worker joins half-way")]
    [InlineData("rates", "toolbench | 4 unequal")]
    public async Task EveryStudyRuns(string name, string row) => (await RunAsync(name, "--quick")).Should().Contain(row);

    [Fact]
    public async Task TracesAreStudied()
    {
        string trace = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        await File.WriteAllLinesAsync(trace, Enumerable.Range(0, 20).Select(i =>
            $$"""{"timestamp": {{i * 100}}, "input_length": 1024, "output_length": 8, "hash_ids": [{{i % 3}}, {{100 + i}}]}"""));
        try
        {
            (await RunAsync("traces", trace)).Should().Contain("8 unequal").And.Contain("| marginal-cost |");
        }
        finally
        {
            File.Delete(trace);
        }
    }

    [Fact]
    public async Task APolicyStudyTakesSeeds() =>
        (await RunAsync("policies", "--seeds", "3,5", "--quick")).Should().Contain("toolbench, 4 equal, load 1, seed 3 ").And.Contain("hot-burst, 4 unequal, load 1, seed 5 ").And.Contain("Over 12 scenarios");

    [Fact]
    public async Task RatesAreStudiedOfTheWorkloadsThatAreNamed() =>
        (await RunAsync("rates", "hot-burst", "--quick")).Should().Contain("hot-burst | 4 unequal").And.NotContain("toolbench");

    [Theory]
    [InlineData("rates hotburst", "'hotburst' is not a workload", "hot-burst")]
    [InlineData("queues", "'queues' is not known", "policies")]
    [InlineData("policies now", "'now' is not understood after policies", "--seeds")]
    [InlineData("policies --seeds", "--seeds ''", "whole numbers")]
    [InlineData("policies --seeds 1,x", "--seeds '1,x'", "whole numbers")]
    [InlineData("policies --seeds 1,1", "--seeds '1,1'", "different")]
    [InlineData("rates --seeds 1", "--seeds is not for rates", "unlisted")]
    [InlineData("memory 0", "memory '0'", "from 1")]
    [InlineData("traces", "traces needs a file", "Mooncake")]
    [InlineData("traces /no/such/file", "'/no/such/file' cannot be read", "Mooncake")]
    public async Task WhatCannotBeMeasuredEndsInOneLineAndCodeTwo(string line, string says, string allows) => CheckRefused(await EndAsync(line.Split(' ')), says, allows);

    [Fact]
    public async Task AFileThatIsNoTraceIsNamed()
    {
        string csv = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(csv, "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n");
        try
        {
            CheckRefused(await EndAsync("traces", csv), $"'{csv}' is no trace in Mooncake's form", "allowed");
        }
        finally
        {
            File.Delete(csv);
        }
    }

    [Fact]
    public async Task APackedTraceThatIsCutIsNotTakenForAShorterOne()
    {
        string trace = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.jsonl");
        using var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20).Select(i =>
                $$"""{"timestamp": {{i * 100}}, "input_length": 1024, "output_length": 8, "hash_ids": [{{i % 3}}, {{100 + i}}]}""" + "\n"))));
        }

        byte[] whole = bytes.ToArray();
        try
        {
            // Its last eight bytes are a sum and a length, which nothing but a check reads.
            await File.WriteAllBytesAsync(trace, whole[..^8]);
            CheckRefused(await EndAsync("traces", trace), $"'{trace}' cannot be read: its compressed data is cut short", "gzip");
            await File.WriteAllBytesAsync(trace, whole);
            (await RunAsync("traces", trace)).Should().Contain("8 unequal", "what is packed is known by its beginning, whatever its name");
        }
        finally
        {
            File.Delete(trace);
        }
    }

    [SkippableFact]
    public async Task APipeIsRefusedAsATrace()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no name for a pipe");
        var shell = new ProcessStartInfo("sh", ["-c", "echo '{}' | dotnet \"$0\" traces /dev/stdin", Program]);
        CheckRefused(await EndAsync(shell), "'/dev/stdin' cannot be read", "plain or gzip");
    }

    private static void CheckRefused((int Code, string Output, string Errors) run, string says, string allows)
    {
        run.Code.Should().Be(2, run.Output + run.Errors);
        run.Output.Should().BeEmpty();
        run.Errors.TrimEnd().Should().NotContain("\n").And.NotContain("Exception").And.Contain(says).And.Contain(allows);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await EndAsync(arguments);
        code.Should().Be(0, errors);
        return output;
    }

    private static Task<(int Code, string Output, string Errors)> EndAsync(params string[] arguments) => EndAsync(new ProcessStartInfo("dotnet", [Program, .. arguments]));

    private static async Task<(int Code, string Output, string Errors)> EndAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        return (process.ExitCode, output, await errors);
    }
}
