using System.Diagnostics;

namespace Preble.Silo.Tests;

/// <summary>The official JavaScript client, unchanged, over a real socket: tests/js/client.mjs.</summary>
public sealed class JavaScriptClientTests
{
    [SkippableFact]
    public async Task TheClientDrivesTheServer()
    {
        string folder = Path.Combine(RepositoryRoot.Folder, "tests", "js");
        Skip.IfNot(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed; run 'npm install' in tests/js.");
        await using var app = new SiloApp();
        app.UseKestrel(0);
        app.StartServer();
        string url = app.ClientOptions.BaseAddress.ToString().TrimEnd('/');

        using Process node = Process.Start(new ProcessStartInfo("node", ["client.mjs", url]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();

        (await errors).Should().BeEmpty();
        (await output).Trim().Should().Be("ok");
        node.ExitCode.Should().Be(0);
    }
}
