using Orleans.TestingHost;

namespace Preble.Benchmarks.Hosts;

/// <summary>An Orleans silo in this process, called from outside through its client.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster = new InProcessTestClusterBuilder(1).Build();

    private BenchmarkHost()
    {
    }

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<BenchmarkHost> StartAsync()
    {
        var host = new BenchmarkHost();
        await host._cluster.DeployAsync();
        return host;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
