using System.Net.NetworkInformation;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class SecurityTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task WithCertificatesTheClusterServesAndWhoHasNoneOfItsAuthorityIsRefused()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        using var ours = new CertificateFiles();
        using var theirs = new CertificateFiles();
        await using var cluster = new RunningCluster(
            output,
            ("CLUSTER_WORKERS", "1"),
            ("Preble__Cluster__Certificate", ours.Issue("silo", "preble")),
            ("Preble__Cluster__CertificateAuthority", ours.Authority));
        await cluster.RunAsync("start");
        (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");

        cluster.Environment["Preble__Cluster__Certificate"] = ours.Issue("archive", "preble", "password");
        cluster.Environment["Preble__Cluster__CertificatePassword"] = "password";
        await cluster.RunAsync("add", "worker-2");
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");

        cluster.Environment["Preble__Cluster__CertificatePassword"] = "";
        cluster.Environment["Preble__Cluster__Certificate"] = theirs.Issue("foreign", "preble");
        (await cluster.RefusedAsync("add", "worker-3")).Should().Contain("worker-3 did not start").And.NotContain("cannot be used", "it could load its certificate, and nobody took it");
        cluster.Environment["Preble__Cluster__Certificate"] = ours.Issue("client", "preble", forClients: true);
        (await cluster.RefusedAsync("add", "worker-5")).Should().Contain("worker-5 did not start", "a client's certificate lets nobody in as a silo");
        cluster.Environment["Preble__Cluster__Certificate"] = cluster.Environment["Preble__Cluster__CertificateAuthority"] = "";
        (await cluster.RefusedAsync("add", "worker-4")).Should().Contain("worker-4 did not start");

        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
        (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
    }

    [SkippableFact]
    public async Task NothingListensBeyondLoopbackUnlessToldTo()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_WORKERS", "1"));
        await cluster.RunAsync("start");
        var ours = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => cluster.Ports.Contains(listener.Port)).ToList();
        ours.Should().HaveCount(6, "Redis has one port, a gateway three, and a worker, to which no client of the grains connects, two").And.OnlyContain(listener => System.Net.IPAddress.IsLoopback(listener.Address));
    }

    [SkippableFact]
    public async Task TwoClustersOnOneRedisDoNotSeeEachOther()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var one = new RunningCluster(output, ("CLUSTER_WORKERS", "1"), ("Preble__Cluster__Id", "one"));
        await one.RunAsync("start");
        await using var other = new RunningCluster(output, ("CLUSTER_WORKERS", "1"), ("Preble__Cluster__Id", "other"), ("CLUSTER_REDIS", one.Redis));
        await other.RunAsync("start");
        await other.RunAsync("add", "worker-2");

        await one.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1");
        await other.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
        (await SilosAsync(one)).Should().Equal("gateway-1", "worker-1");
        (await SilosAsync(other)).Should().Equal("gateway-1", "worker-1", "worker-2");
        (await one.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
        (await other.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
    }

    private static async Task<string[]> SilosAsync(RunningCluster cluster) => [.. (await cluster.GetAsync($"{cluster.Url(0)}/orleans/DashboardCounters")).GetProperty("hosts").EnumerateArray()
        .Where(host => host.GetProperty("status").GetString() == "Active").Select(host => host.GetProperty("siloName").GetString()!.Split(' ')[0]).Order()];
}
