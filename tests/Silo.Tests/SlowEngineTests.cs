using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Core.Caching;
using Preble.Core.Serving;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

/// <summary>An engine whose steps take longer than a lease.</summary>
public sealed class SlowEngineTests
{
    [Fact]
    public async Task AWorkerInALongStepKeepsItsLeaseThoughTheTreeWaitsForItsDump()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:LeaseSeconds", "5"));
        IGrainFactory grains = app.Services.GetRequiredService<IGrainFactory>();
        ISchedulerGrain scheduler = grains.GetGrain<ISchedulerGrain>("demo");
        WorkerRegistration registration = DrainTests.Registration("slow");
        var pass = new GatedForwardPass();
        var pool = new PagePool(pass.PageCount);
        var cache = new PrefixCache(pool, pass.PageTokens);
        var samplers = new SamplerFactory(app.Services.GetRequiredService<ServedModel>().Tokenizer, [0]);
        var core = new EngineCore("slow", 1, new LocalScheduler(new LocalSchedulerOptions(), cache, pool, pass), cache, samplers, TimeProvider.System);
        var feed = new WorkerFeed(grains, registration, TimeProvider.System, NullLogger.Instance);
        using var engine = new EngineHost(core, feed, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        engine.Start();
        Task news = feed.RunAsync(engine, stop.Token);
        await Eventually.HoldsAsync(async () => (await scheduler.StandingAsync("slow")).Known);
        ValueTask<GenerationEvent> last = engine.GenerateAsync(EngineHostTests.Request("r", maxTokens: 2), default).LastAsync();
        await pass.EnteredAsync();

        // Scheduler and tree forget it while its step is under way, so that it owes a dump that it cannot give.
        await scheduler.RemoveWorkerAsync("slow", long.MaxValue);
        await Eventually.HoldsAsync(async () => (await scheduler.StandingAsync("slow")).Known);
        long begun = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(async () =>
        {
            (await scheduler.StandingAsync("slow")).Known.Should().BeTrue();
            return TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(7);
        });

        pass.Let(100);
        (await last).Finish.Should().Be("length");
        await stop.CancelAsync();
        await FluentActions.Awaiting(() => news).Should().ThrowAsync<OperationCanceledException>();
    }
}
