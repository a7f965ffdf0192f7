using System.Diagnostics;

namespace Preble.Repo.Tests;

public sealed class BenchmarkTests
{
    [Fact]
    public async Task EveryBenchmarkRuns() =>
        (await RunAsync("all", "--quick")).Should().Contain("== grains").And.Contain("== serving").And.Contain("== records").And.Contain("ended and remembered");

    [Theory]
    [InlineData("paper", "2 x a6000-mistral-7b")]
    [InlineData("ablation", "all of Preble")]
    [InlineData("policies", "hot-burst, 4 unequal")]
    [InlineData("unlisted", "shared-prefix, 4 unequal")]
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

    private static async Task<string> RunAsync(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Repository.Root, "tests", "Benchmarks", "bin", configuration, "net10.0", "Preble.Benchmarks.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.Should().Be(0, await errors);
        return output;
    }
}
