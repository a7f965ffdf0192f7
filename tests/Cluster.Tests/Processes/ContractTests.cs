using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;
using StackExchange.Redis;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class ContractTests(ITestOutputHelper output)
{
    /// <summary>The silo of the later version says so in the list of members, which is all that this build can know of it.</summary>
    [SkippableFact]
    public async Task ASiloOfAnotherContractVersionIsRefusedAndSaysWhy()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_GATEWAYS", "0"), ("CLUSTER_WORKERS", "0"));
        await cluster.RunAsync("start", "redis");
        using IHost later = Later(cluster);
        await later.StartAsync();

        string says = await cluster.RefusedAsync("add", "worker-1");

        says.Should().Contain($"silo \"later\" with contracts of version {ContractVersion.Current + 1}, but this silo has version {ContractVersion.Current}");
        await later.StopAsync();
        await cluster.RunAsync("add", "gateway-1");
    }

    /// <summary>As after a power cut while it served.</summary>
    [SkippableFact]
    public async Task ASiloOfAnotherVersionThatIsDeadRefusesNobody()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_GATEWAYS", "0"), ("CLUSTER_WORKERS", "0"));
        await cluster.RunAsync("start", "redis");
        using (IHost later = Later(cluster))
        {
            var list = later.Services.GetRequiredService<IMembershipTable>();
            await list.InitializeMembershipTableAsync(true);
            ILocalSiloDetails dead = later.Services.GetRequiredService<ILocalSiloDetails>();
            var entry = new MembershipEntry { SiloAddress = dead.SiloAddress, SiloName = dead.Name, HostName = dead.DnsHostName, Status = SiloStatus.Active, SuspectTimes = [], StartTime = DateTime.UtcNow, IAmAliveTime = DateTime.UtcNow };
            (await list.InsertRowAsync(entry, (await list.ReadAllAsync()).Version.Next())).Should().BeTrue();
        }

        await cluster.RunAsync("add", "gateway-1");

        cluster.Log("gateway-1").Should().Contain("waits 12.5 s for a sign that they live: \"later\"");
    }

    private static IHost Later(RunningCluster cluster)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(it => (it.ClusterId, it.ServiceId) = (new ClusterSettings().Id, "preble"));
            silo.Configure<SiloOptions>(it => it.SiloName = new SiloTitle("later", SiloRoles.Worker, ContractVersion.Current + 1).ToString());
            silo.ConfigureEndpoints(IPAddress.Loopback, cluster.SparePorts.Silo, cluster.SparePorts.Gateway);
            silo.UseRedisClustering(it => it.ConfigurationOptions = ConfigurationOptions.Parse(cluster.Redis));
        });
        return builder.Build();
    }
}
