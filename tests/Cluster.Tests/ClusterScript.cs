using System.Diagnostics;
using System.Globalization;

namespace Preble.Cluster.Tests;

/// <summary>Runs scripts/cluster as a user does, with a run folder of its own.</summary>
internal sealed class ClusterScript : IDisposable
{
    /// <summary>In one cluster.</summary>
    public const int SilosMax = 8;

    /// <summary>For one step, of which there is one for Redis, one for each silo, and one for the health of all.</summary>
    private static readonly TimeSpan StepMax = TimeSpan.FromMinutes(3);

    /// <summary>For the whole script, which itself says what is wrong with a step that takes longer than it may.</summary>
    private static readonly TimeSpan Patience = (SilosMax + 2) * StepMax;

    public string Folder { get; } = Directory.CreateTempSubdirectory("preble-cluster-").FullName;

    /// <summary>Beside that of this process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs to the end of the script; what it started goes on, unless it takes too long.</summary>
    public async Task<(int Code, string Text)> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Folder, "scripts", "cluster"), words)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CLUSTER_SECONDS"] = StepMax.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        start.Environment["CLUSTER_DIR"] = Path.Combine(Folder, "run");
        Directory.CreateDirectory(start.Environment["CLUSTER_DIR"]!);
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
