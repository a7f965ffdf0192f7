using System.Diagnostics;
using System.Net;
using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class SecurityTests(ITestOutputHelper output)
{
    /// <summary>Within which who is refused is hung up on, on a machine with much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>After which who is listed as a silo but is none, dialled a few times and then dead to the others, is listed as one that has started again.</summary>
    private static readonly TimeSpan ListedAgain = TimeSpan.FromSeconds(15);

    [SkippableFact]
    public async Task WithCertificatesTheClusterServesAndWhoHasNoneOfItsAuthorityIsRefused()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        using var ours = new CertificateFiles();
        using var theirs = new CertificateFiles();
        await using RunningCluster cluster = Certified(ours);
        await cluster.RunAsync("start");
        (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");

        cluster.Environment["Preble__Cluster__Certificate"] = ours.Issue("archive", "preble", "password");
        cluster.Environment["Preble__Cluster__CertificatePassword"] = "password";
        await cluster.RunAsync("add", "worker-2");
        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");

        // Whoever reaches the silos' own port must show that it is one: the silo hangs up on others, while it waits for what an earlier one has to say.
        await using Knock fit = await Knock.AtAsync(cluster.SiloPort(0), ours.Issue("another", "preble"));
        foreach (string? certificate in new[] { theirs.Issue("foreign", "preble"), ours.Issue("client", "preble", forClients: true), null })
        {
            await using Knock unfit = await Knock.AtAsync(cluster.SiloPort(0), certificate);
            await unfit.HungUp.WaitAsync(Patience);
            fit.HungUp.IsCompleted.Should().BeFalse("{0} is refused as it is, not as it is slow", certificate);
        }

        await cluster.ShouldHaveWorkersAsync(0, "demo-cpu-0@worker-1", "demo-cpu-0@worker-2");
        (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
    }

    /// <summary>Whoever can write into the list, or takes an address that a silo had, is dialled by the others: they say nothing to who cannot show that it is a silo.</summary>
    [SkippableFact]
    public async Task ASiloSaysNothingToOneThatItDialsAndWhoseCertificateIsNotThatOfASiloOfItsAuthority()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        using var ours = new CertificateFiles();
        using var theirs = new CertificateFiles();
        await using RunningCluster cluster = Certified(ours);
        await cluster.RunAsync("start");
        string[] certificates = [ours.Issue("fit", "preble"), theirs.Issue("foreign", "preble"), ours.Issue("client", "preble", forClients: true), ours.Issue("nameless", "other")];
        ListedDecoy[] decoys = [.. certificates.Select((certificate, number) => new ListedDecoy(cluster.SiloPort(2 + number), certificate))];
        Task heard = Task.WhenAll(decoys.Skip(1).Select(decoy => decoy.Refused).Prepend(decoys[0].Trusted));
        using var tick = new PeriodicTimer(ListedAgain);
        long begun = Stopwatch.GetTimestamp();
        do
        {
            foreach (int number in Enumerable.Range(0, decoys.Length))
            {
                await ListOfSilos.AddAsync(cluster, new SiloTitle($"decoy-{number}", SiloRoles.Worker, ContractVersion.Current), cluster.SiloPort(2 + number));
            }
        }
        while (await Task.WhenAny(heard, tick.WaitForNextTickAsync().AsTask()) != heard && Stopwatch.GetElapsedTime(begun) < Patience);

        heard.IsCompleted.Should().BeTrue("all decoys are dialled often enough");
        await Task.WhenAll(decoys.Select(decoy => decoy.DisposeAsync().AsTask()));
        decoys.Select(decoy => decoy.Trusted.IsCompleted).Should().Equal(true, false, false, false);
        (await cluster.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
    }

    /// <summary>In a line that says what must be otherwise; nobody looks at connections that break.</summary>
    [SkippableFact]
    public async Task ASiloWhoseCertificatesDoNotFitIsRefusedAtItsStart()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        using var ours = new CertificateFiles();
        using var theirs = new CertificateFiles();
        await using var cluster = new RunningCluster(
            output,
            ("CLUSTER_WORKERS", "0"),
            ("CLUSTER_GATEWAYS", "0"),
            ("Preble__Cluster__CertificateAuthority", ours.Authority));
        await cluster.RunAsync("start", "redis");
        await RefusedAsync("/no/such/file", "which cannot be used: Could not find");
        await RefusedAsync(ours.Issue("late", "preble", days: 0.5), "but must be valid now, as must Preble:Cluster:CertificateAuthority; it is from ");
        await RefusedAsync(ours.Issue("client", "preble", forClients: true), "but must be fit for server and client authentication.");
        await RefusedAsync(ours.Issue("nameless", "other"), "but must have preble among its DNS names.");
        await RefusedAsync(theirs.Issue("foreign", "preble"), "but must come from Preble:Cluster:CertificateAuthority (");

        cluster.Environment["Preble__Cluster__Certificate"] = ours.Issue("silo", "preble");
        await cluster.RunAsync("add", "gateway-1");
        cluster.Environment["Preble__Cluster__Certificate"] = theirs.Issue("foreign", "preble");
        cluster.Environment["Preble__Cluster__CertificateAuthority"] = theirs.Authority;
        (await cluster.RefusedAsync("add", "worker-1")).Should().Contain("preble: Preble:Cluster:CertificateAuthority is not that of the cluster's silo \"gateway-1\"");
        cluster.Environment["Preble__Cluster__Certificate"] = cluster.Environment["Preble__Cluster__CertificateAuthority"] = "";
        (await cluster.RefusedAsync("add", "worker-2")).Should().Contain("preble: Preble:Cluster:CertificateAuthority is not set, but the cluster's silo \"gateway-1\" talks TLS");

        async Task RefusedAsync(string certificate, string says)
        {
            cluster.Environment["Preble__Cluster__Certificate"] = certificate;
            string name = $"gateway-{Path.GetFileNameWithoutExtension(certificate)}";
            (await cluster.RefusedAsync("add", name)).Should().Contain($"Preble:Cluster:Certificate is \"{certificate}\", {says}");
        }
    }

    [SkippableFact]
    public async Task TheListMayBeInARedisServerWithTlsAndAPassword()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        using var certificates = new CertificateFiles();
        await using var cluster = new RunningCluster(output);
        using TlsRedis redis = await TlsRedis.StartAsync(cluster.SparePorts.Gateway, certificates.Issue("redis", "localhost"), "secret");
        cluster.Environment["CLUSTER_REDIS"] = $"{redis.Address},ssl=true,password=secret,connectTimeout=30000";
        (await cluster.RefusedAsync("add", "worker-1")).Should().Contain($"preble: Preble:Cluster:Redis names {redis.Address}, which does not let this silo in: ").And.Contain("is not trusted here");

        cluster.Environment["SSL_CERT_FILE"] = certificates.Authority;
        await cluster.RunAsync("start", "worker-1");
        await cluster.RunAsync("add", "gateway-1");
        await cluster.ShouldHaveWorkersAsync(1, "demo-cpu-0@worker-1");
    }

    [SkippableFact]
    public async Task NothingListensBeyondLoopbackUnlessToldTo()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_WORKERS", "1"));
        await cluster.RunAsync("start");
        IPEndPoint[] ours = [.. new[] { "redis", "gateway-1", "worker-1" }.SelectMany(name => Listeners.Of(cluster.ProcessOf(name)))];
        ours.Should().HaveCount(6, "Redis has one port, a gateway three, and a worker, to which no client of the grains connects, two").And.OnlyContain(listener => IPAddress.IsLoopback(listener.Address));
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
        await RunningCluster.UntilAsync(async () => (await SilosAsync(other)).SequenceEqual(["gateway-1", "worker-1", "worker-2"]));
        (await SilosAsync(one)).Should().Equal("gateway-1", "worker-1");
        (await one.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
        (await other.AskAsync(0)).Should().Be("Tavo lives in Pemor.");
    }

    private static async Task<string[]> SilosAsync(RunningCluster cluster) => [.. (await cluster.GetAsync($"{cluster.Url(0)}/orleans/DashboardCounters")).GetProperty("hosts").EnumerateArray()
        .Where(host => host.GetProperty("status").GetString() == "Active").Select(host => host.GetProperty("siloName").GetString()!.Split(' ')[0]).Order()];

    /// <summary>A cluster of one worker whose silos show certificates of an authority and want such of others.</summary>
    private RunningCluster Certified(CertificateFiles authority) => new(
        output,
        ("CLUSTER_WORKERS", "1"),
        ("Preble__Cluster__Certificate", authority.Issue("silo", "preble")),
        ("Preble__Cluster__CertificateAuthority", authority.Authority));
}
