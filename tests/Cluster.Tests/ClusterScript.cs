using System.Diagnostics;

namespace Preble.Cluster.Tests;

/// <summary>Runs scripts/cluster as a user does, with a run folder of its own.</summary>
internal sealed class ClusterScript : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Folder { get; } = Directory.CreateTempSubdirectory("preble-cluster-").FullName;

    /// <summary>Beside that of this process.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs to the end of the script; what it started goes on.</summary>
    public async Task<(int Code, string Text)> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Folder, "scripts", "cluster"), words)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await errors);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
