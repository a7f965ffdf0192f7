using Microsoft.Extensions.DependencyInjection;
using Preble.Embedded;
using Preble.Grains;

namespace Preble.Benchmarks.Hosts;

/// <summary>The embedded host: one process is all there is.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly EmbeddedHost _host;

    private BenchmarkHost(ServiceProvider services)
    {
        _services = services;
        _host = EmbeddedHost.Start(options => options.AddGrainAssembly(typeof(BenchmarkHost).Assembly).AddGrainAssembly(typeof(RequestGrain).Assembly), services);
    }

    /// <summary>How the host is called in a report.</summary>
    public static string Name => "embedded";

    /// <summary>Silos that it can have.</summary>
    public static int SilosMax => 1;

    /// <summary>Calls grains from outside of all silos.</summary>
    public IGrainFactory Grains => _host.GrainFactory;

    /// <summary>Each silo's name and what calls grains from within it.</summary>
    public IReadOnlyList<(string Name, IGrainFactory Grains)> Silos => [("", _host.GrainFactory)];

    /// <param name="silos">At most <see cref="SilosMax"/>.</param>
    /// <param name="configure">Adds services to the silo of a name.</param>
    public static Task<BenchmarkHost> StartAsync(int silos = 1, Action<string, IServiceCollection>? configure = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(silos, SilosMax);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ISilos>(new Alone());
        configure?.Invoke("", services);
        return Task.FromResult(new BenchmarkHost(services.BuildServiceProvider()));
    }

    /// <summary>The index of the silo that a grain is active in.</summary>
    public Task<int> SiloOfAsync(IAddressable grain) => Task.FromResult(0);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }

    private sealed class Alone : ISilos
    {
        public IReadOnlyList<string> WithWorkers { get; } = [""];

        public IReadOnlyList<string> Gateways { get; } = [""];
    }
}
