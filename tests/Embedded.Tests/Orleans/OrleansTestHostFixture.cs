using Orleans.Configuration;
using Orleans.TestingHost;

namespace Preble.Embedded.Tests.Shared;

public sealed partial class TestHostFixture
{
    private InProcessTestCluster? _cluster;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(static (_, silo) => silo.Configure<SiloMessagingOptions>(static options => options.ResponseTimeout = TestLimits.Wait));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        Grains = (IGrainFactory)_cluster.Silos[0].ServiceProvider.GetService(typeof(IGrainFactory))!;
    }

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();
}
