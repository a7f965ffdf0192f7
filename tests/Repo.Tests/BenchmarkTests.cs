using System.Diagnostics;

namespace Preble.Repo.Tests;

public sealed class BenchmarkTests
{
    [Fact]
    public async Task EveryBenchmarkRuns()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(Repository.Root, "tests", "Benchmarks", "bin", configuration, "net10.0", "Preble.Benchmarks.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "all", "--quick"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.Should().Be(0, await errors);
        output.Should().Contain("== engine").And.Contain("== grains");
    }
}
