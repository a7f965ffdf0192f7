using System.Diagnostics;
using System.Net;

namespace Preble.Cluster.Tests.Processes;

/// <summary>A Redis server that talks TLS only and wants a password; it keeps nothing.</summary>
internal sealed class TlsRedis : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private TlsRedis(Process process, int port) => (_process, Address) = (process, $"localhost:{port}");

    public string Address { get; }

    /// <summary>Takes connections when this returns.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="certificate">PEM file with its key.</param>
    /// <param name="password">Of its clients.</param>
    public static async Task<TlsRedis> StartAsync(int port, string certificate, string password)
    {
        string[] words =
        [
            "--bind", IPAddress.Loopback.ToString(), "--port", "0", "--tls-port", $"{port}", "--tls-cert-file", certificate, "--tls-key-file", certificate,
            "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no", "--requirepass", password, "--save", "",
        ];
        Process process = Process.Start(new ProcessStartInfo("redis-server", words) { RedirectStandardOutput = true })!;
        var redis = new TlsRedis(process, port);
        try
        {
            await redis.ReadyAsync().WaitAsync(Patience);
            return redis;
        }
        catch (Exception)
        {
            redis.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task ReadyAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException("redis-server did not start with TLS.");
    }
}
