using System.Diagnostics;

namespace Preble.Repo.Tests;

/// <summary>The script for machines with a GPU, with a command that only says how it was called.</summary>
public sealed class GpuCheckTests : IDisposable
{
    /// <summary>
    /// The shell that runs the stub writes it: a file that this process writes may still be open in a process that another test begins just then,
    /// and who runs it has ETXTBSY.
    /// </summary>
    private const string WriteStub = """printf '%s\n' '#!/bin/sh' 'echo "called: $*"' '[ "$2" != check ]' > preble && chmod +x preble""";

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-").FullName;

    [Fact]
    public async Task EverythingRunsAndIsReportedThoughACheckFailed()
    {
        (int code, string report) = await RunAsync(secondsMax: 400);

        code.Should().Be(1);
        string[] calls =
        [
            "kernels check --json r/check.json", "kernels text --model models/demo", "kernels bench --json r/bench.json",
            "bench engine --device cuda --shape llama-8b --json r/engine-8b.json", "bench engine --device cuda --model models/demo --json r/engine-demo.json",
        ];
        report.Should().StartWith("# GPU, ");
        report.Should().ContainAll(calls.Select(call => $"`preble {call}`")).And.ContainAll(calls.Select(call => $"called: {call}\n".Replace("models/", $"{_folder}/models/")));
        report.Should().Contain("\nended with 1 after ", "the check failed").And.MatchRegex(@"all of it: \d+ s\n$");
    }

    [Fact]
    public async Task WhatThereIsNoTimeForIsNamed()
    {
        (int code, string report) = await RunAsync(secondsMax: 0);

        code.Should().Be(0, "nothing failed");
        report.Should().Contain("## Kernels timed").And.Contain("not run: the 0 seconds are over").And.NotContain("called:");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Report)> RunAsync(int secondsMax)
    {
        File.Copy(Path.Combine(Repository.Root, "scripts", "gpu-check"), Path.Combine(_folder, "gpu-check"));
        var start = new ProcessStartInfo("bash", ["-c", $"{WriteStub} && exec bash gpu-check r"]) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        start.Environment["GPU_CHECK_SECONDS"] = $"{secondsMax}";
        using Process process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await File.ReadAllTextAsync(Path.Combine(_folder, "r", "report.md")));
    }
}
