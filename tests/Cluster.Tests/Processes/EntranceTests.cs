using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

/// <summary>Who may join a cluster, and what the first finds of a cluster that is no more.</summary>
[Collection(ProcessesCollection.Name)]
public sealed class EntranceTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task AfterAPowerCutOfAllSilosTheyServeAgainWhenTheyAreStartedAgain()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output);
        await cluster.RunAsync("start");
        string[] silos = ["gateway-1", "worker-1", "worker-2"];

        await KillAsync();
        long begun = Stopwatch.GetTimestamp();
        await cluster.RunAsync("start");
        await ServesSinceAsync("one after the other");

        await KillAsync();
        begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(silos.Select(silo => cluster.RunAsync("start", silo)));
        await ServesSinceAsync("all at once");

        Task KillAsync() => Task.WhenAll(silos.Select(silo => cluster.RunAsync("kill", silo)));

        async Task ServesSinceAsync(string how)
        {
            await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
            (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Started {how}: served after {Stopwatch.GetElapsedTime(begun).TotalSeconds:N1} s."));
            cluster.Log("gateway-1").Should().Contain("preble: the cluster lists silos that do not answer, and waits");
        }
    }

    [SkippableFact]
    public async Task ARedisServerThatDoesNotAnswerOrWantsAPasswordIsNamedWithoutThePassword()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output);
        await cluster.RunAsync("start", "redis");
        cluster.Environment["CLUSTER_REDIS"] = "127.0.0.1:1,password=hidden";
        (await cluster.RefusedAsync("add", "gateway-1")).Should().Contain("preble: Preble:Cluster:Redis names 127.0.0.1:1, which does not answer.").And.NotContain("hidden");

        await using (ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync($"{cluster.Redis},allowAdmin=true"))
        {
            await redis.GetServers()[0].ConfigSetAsync("requirepass", "secret");
        }

        cluster.Environment["CLUSTER_REDIS"] = $"{cluster.Redis},password=hidden";
        (await cluster.RefusedAsync("start", "gateway-1")).Should().Contain($"preble: Preble:Cluster:Redis names {cluster.Redis}, which does not let this silo in").And.NotContain("hidden");
        cluster.Environment.Remove("CLUSTER_REDIS");
    }

    [SkippableFact]
    public async Task ASiloWithTheNameOfAnotherOrWithAnotherSecretIsRefusedInALine()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_WORKERS", "1"));
        await cluster.RunAsync("start");
        await using var other = new RunningCluster(output, ("CLUSTER_REDIS", cluster.Redis)) { Secret = cluster.Secret };

        (await other.RefusedAsync("add", "worker-1")).Should().Contain("preble: Preble:SiloName is \"worker-1\", as that of the cluster's silo at 127.0.0.1:");
        other.Secret = "another";
        (await other.RefusedAsync("add", "worker-2")).Should().MatchRegex("preble: Preble:ClusterSecret is not that of the cluster's silo \"(gateway|worker)-1\"");

        other.Secret = cluster.Secret;
        await other.RunAsync("add", "worker-3");
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-3");
        await cluster.RunAsync("kill", "worker-1");
        await other.RunAsync("start", "worker-1");
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-3");
    }
}
