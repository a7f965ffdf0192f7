using Microsoft.Extensions.DependencyInjection;
using Preble.Embedded;

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

    public IGrainFactory Grains => _host.GrainFactory;

    public static Task<GrainHost> StartAsync(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        configure(services);
        return Task.FromResult(new GrainHost(services.BuildServiceProvider()));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }
}
