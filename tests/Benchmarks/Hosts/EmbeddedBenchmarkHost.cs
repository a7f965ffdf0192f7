using Preble.Embedded;

namespace Preble.Benchmarks.Hosts;

/// <summary>The embedded host.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly EmbeddedHost _host = EmbeddedHost.Start(options => options.AddGrainAssembly(typeof(BenchmarkHost).Assembly));

    private BenchmarkHost()
    {
    }

    public IGrainFactory Grains => _host.GrainFactory;

    public static Task<BenchmarkHost> StartAsync() => Task.FromResult(new BenchmarkHost());

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
