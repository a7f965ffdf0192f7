using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Preble.Client.Tests.Hosting;

/// <summary>A client that finds its cluster by its Redis server.</summary>
public sealed class RedisTests
{
    [SkippableFact]
    public async Task AClientFindsTheClusterAndKeepsItWhenRedisIsSilent()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server"))), "redis-server is not installed.");
        int[] ports = ClientHost.FreePorts(3);
        string redis = $"127.0.0.1:{ports[2].ToString(CultureInfo.InvariantCulture)}";
        using Process server = Process.Start(new ProcessStartInfo("redis-server", ["--bind", "127.0.0.1", "--port", redis.Split(':')[1], "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            await Eventually.HoldsAsync(async () => (await server.StandardOutput.ReadLineAsync())!.Contains("Ready to accept connections"));

            // A silo still joining after 30 s + 2.5 x FailureSeconds is declared dead, even by itself.
            await using ServerApp silo = ClientHost.StartServer(
                ports, ("Preble:Workers", "1"), ("Preble:Cluster:Redis", redis), ("Preble:ClusterSecret", "secret"), ("Preble:Cluster:FailureSeconds", "60"));
            using IHost host = ClientHost.Connect("", options =>
            {
                options.Gateways.Clear();
                options.Redis = redis;
            });
            await host.StartAsync();
            IPrebleClient client = host.Services.GetRequiredService<IPrebleClient>();
            string text = await AnswerAsync(client);

            await SignalAsync("-STOP", server);
            (await AnswerAsync(client)).Should().Be(text);
            await SignalAsync("-CONT", server);
            await host.StopAsync();
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task SignalAsync(string signal, Process process)
    {
        using Process kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static async Task<string> AnswerAsync(IPrebleClient client)
    {
        GenerationResult result = await client.CompleteAsync(new CompletionRequest { Model = "demo", Prompts = ["Tavo lives in"], MaxTokens = 8, Temperature = 0 });
        result.RequestId.Should().Contain("@", "the silo of a cluster has a name");
        return result.Text;
    }
}
