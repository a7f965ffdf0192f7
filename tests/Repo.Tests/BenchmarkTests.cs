using System.Diagnostics;

namespace Preble.Repo.Tests;

public sealed class BenchmarkTests
{
    [Fact]
    public async Task EveryBenchmarkRuns() =>
        (await RunAsync("all")).Should().Contain("== engine").And.Contain("== grains").And.Contain("== serving").And.Contain("ended and remembered");

    [Theory]
    [InlineData("paper", "2 x a6000-mistral-7b")]
    [InlineData("ablation", "all of Preble")]
    [InlineData("policies", "hot-burst, 4 unequal")]
    [InlineData("unlisted", "shared-prefix, 4 unequal")]
    [InlineData("knowledge", "a worker joins half-way")]
    public async Task EveryStudyRuns(string name, string row) => (await RunAsync(name)).Should().Contain(row);

    private static async Task<string> RunAsync(string name)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Repository.Root, "tests", "Benchmarks", "bin", configuration, "net10.0", "Preble.Benchmarks.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, name, "--quick"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.Should().Be(0, await errors);
        return output;
    }
}
