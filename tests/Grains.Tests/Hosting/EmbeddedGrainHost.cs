using Microsoft.Extensions.DependencyInjection;
using Preble.Embedded;
using Preble.Embedded.Activations;

namespace Preble.Grains.Tests.Hosting;

/// <summary>Runs the grains under test in this process.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly EmbeddedHost _host;

    private GrainHost(ServiceProvider services)
    {
        _services = services;
        _host = EmbeddedHost.Start(options => options.AddGrainAssembly(typeof(RequestGrain).Assembly), services);
    }

    /// <summary>Silos that it can have.</summary>
    public static int SilosMax => 1;

    public IGrainFactory Grains => _host.GrainFactory;

    /// <summary>Names of the silos that live.</summary>
    public IReadOnlyList<string> Silos => [""];

    public static Task<GrainHost> StartAsync(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(services);
        return Task.FromResult(new GrainHost(services.BuildServiceProvider()));
    }

    /// <summary>As many silos as it can have.</summary>
    /// <param name="workers">For each silo, whether it has workers.</param>
    /// <param name="configure">Adds services to the silo of a name.</param>
    public static Task<GrainHost> StartAsync(IReadOnlyList<bool> workers, Action<string, IServiceCollection> configure)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers.Count, SilosMax);
        return StartAsync(services =>
        {
            services.AddSingleton<ISilos>(new Alone());
            configure("", services);
        });
    }

    /// <summary>Calls grains from within a silo.</summary>
    public IGrainFactory From(string silo) => _host.GrainFactory;

    /// <summary>The silo that has an activation of a grain; null when none has.</summary>
    public Task<string?> SiloOfAsync(IAddressable grain) => Task.FromResult(Find(grain) is null ? null : "");

    /// <summary>Takes a grain's state away.</summary>
    public async Task LoseAsync(IAddressable grain)
    {
        if (Find(grain) is { } activation)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "Lost in a test."));
            await activation.Deactivated;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }

    private Activation? Find(IAddressable grain) => _host.Activations().SingleOrDefault(activation => activation.GrainId == grain.GetGrainId());

    private sealed class Alone : ISilos
    {
        public IReadOnlyList<string> WithWorkers { get; } = [""];

        public IReadOnlyList<string> Gateways { get; } = [""];
    }
}
