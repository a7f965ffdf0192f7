using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Runs the grains under test on an Orleans silo in this process, called through its client.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private GrainHost(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<GrainHost> StartAsync(Action<IServiceCollection> configure)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => configure(silo.Services));
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainHost(cluster);
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
