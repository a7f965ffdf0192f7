using Microsoft.Extensions.Hosting;
using Preble.Grains.Interfaces;
using Preble.Silo;
using Preble.Silo.Actors;
using Xunit.Abstractions;

namespace Preble.Cluster.Tests.Processes;

[Collection(ProcessesCollection.Name)]
public sealed class ContractTests(ITestOutputHelper output)
{
    private static SiloTitle Later => new("later", SiloRoles.Worker, ContractVersion.Current + 1);

    /// <summary>The silo of the later version says so in the list of members, which is all that this build can know of it.</summary>
    [SkippableFact]
    public async Task ASiloOfAnotherContractVersionIsRefusedAndSaysWhy()
    {
        Skip.IfNot(RunningCluster.CanRun, "redis-server is not installed.");
        await using var cluster = new RunningCluster(output, ("CLUSTER_GATEWAYS", "0"), ("CLUSTER_WORKERS", "0"));
        await cluster.RunAsync("start", "redis");
        using IHost later = ListOfSilos.Silo(cluster, Later, cluster.SparePorts.Silo, cluster.SparePorts.Gateway);
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
        await ListOfSilos.AddAsync(cluster, Later, cluster.SparePorts.Silo);

        await cluster.RunAsync("add", "gateway-1");

        cluster.Log("gateway-1").Should().Contain("waits 12.5 s for a sign that they live: \"later\"");
    }
}
