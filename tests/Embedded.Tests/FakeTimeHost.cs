using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>A host with the probes and a few odd grains, whose time a test drives and whose log it can read.</summary>
public sealed class FakeTimeHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public FakeTimeHost(Action<EmbeddedActorOptions>? configure = null)
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ILoggerFactory>(Log)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddScoped<ScopedThing>()
            .BuildServiceProvider();
        Host = EmbeddedHost.Start(
            options =>
            {
                options.AddGrainAssembly(typeof(ProbeGrain).Assembly);
                configure?.Invoke(options);
            },
            _services);
    }

    public FakeTime Time { get; } = new();

    public MemoryLog Log { get; } = new();

    public EmbeddedHost Host { get; }

    public IGrainFactory Grains => Host.GrainFactory;

    public (IProbeGrain Grain, Journal Journal) Probe()
    {
        string key = TestHostFixture.NewKey();
        return (Grains.GetGrain<IPlainProbeGrain>(key), Journal.Of(key));
    }

    public (IReentrantProbeGrain Grain, Journal Journal) ReentrantProbe()
    {
        string key = TestHostFixture.NewKey();
        return (Grains.GetGrain<IReentrantProbeGrain>(key), Journal.Of(key));
    }

    public async ValueTask DisposeAsync()
    {
        Task stopped = Host.DisposeAsync().AsTask();
        await stopped.WaitAsync(TestLimits.Wait);
        await _services.DisposeAsync();
    }
}
