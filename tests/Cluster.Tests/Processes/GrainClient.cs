using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Preble.Cluster.Tests.Processes;

/// <summary>A program of its own that calls the grains of a cluster with two gateways, through either.</summary>
internal static class GrainClient
{
    public static IHost Connect(RunningCluster cluster)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddPrebleClient(options =>
        {
            options.Gateways.Add(cluster.GrainGateway(0));
            options.Gateways.Add(cluster.GrainGateway(1));
        });
        return builder.Build();
    }
}
