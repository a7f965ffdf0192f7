using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Preble.Silo;
using Preble.Silo.Actors;
using StackExchange.Redis;

namespace Preble.Cluster.Tests.Processes;

/// <summary>The list of a running cluster's silos, as somebody else than a silo of this build writes it.</summary>
internal static class ListOfSilos
{
    /// <summary>A silo without any of our grains, which is listed when it is started.</summary>
    public static IHost Silo(RunningCluster cluster, SiloTitle title, int siloPort, int gatewayPort = 0)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(it => (it.ClusterId, it.ServiceId) = (new ClusterSettings().Id, "preble"));
            silo.Configure<SiloOptions>(it => it.SiloName = title.ToString());
            silo.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);
            silo.UseRedisClustering(it => it.ConfigurationOptions = ConfigurationOptions.Parse(cluster.Redis));
        });
        return builder.Build();
    }

    /// <summary>Lists a silo as active that is never started.</summary>
    public static async Task AddAsync(RunningCluster cluster, SiloTitle title, int siloPort)
    {
        using IHost never = Silo(cluster, title, siloPort);
        var list = never.Services.GetRequiredService<IMembershipTable>();
        await list.InitializeMembershipTableAsync(true);
        ILocalSiloDetails silo = never.Services.GetRequiredService<ILocalSiloDetails>();
        var entry = new MembershipEntry { SiloAddress = silo.SiloAddress, SiloName = silo.Name, HostName = silo.DnsHostName, Status = SiloStatus.Active, SuspectTimes = [], StartTime = DateTime.UtcNow, IAmAliveTime = DateTime.UtcNow };
        while (!await list.InsertRowAsync(entry, (await list.ReadAllAsync()).Version.Next()))
        {
            // Another wrote meanwhile.
        }
    }
}
