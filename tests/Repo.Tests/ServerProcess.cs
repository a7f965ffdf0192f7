using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Preble.Repo.Tests;

/// <summary>The server as a user starts it, on a free port.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, string url, string banner)
    {
        _process = process;
        Url = url;
        Banner = banner;
    }

    public string Url { get; }

    /// <summary>What it printed until it was ready.</summary>
    public string Banner { get; }

    /// <param name="arguments">As on the command line.</param>
    public static Process Launch(params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

        // The README's command, but for the build, which has been done.
        return Process.Start(new ProcessStartInfo("dotnet", ["run", "-c", configuration, "--no-build", "--project", "Silo", "--", .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public static async Task<ServerProcess> StartAsync()
    {
        Process process = Launch("--urls", "http://127.0.0.1:0");
        string banner = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            banner += line + "\n";
            if (line.TrimStart().StartsWith("curl ", StringComparison.Ordinal))
            {
                return new ServerProcess(process, Address().Match(banner).Value, banner);
            }
        }

        throw new InvalidOperationException($"The server ended before it was ready: {banner}{await process.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
