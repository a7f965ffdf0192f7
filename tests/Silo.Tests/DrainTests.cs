using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Engine.Cpu;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

public sealed class DrainTests
{
    /// <summary>A second host of engines beside the app's own one worker, as another silo of the same cluster would be.</summary>
    [Fact]
    public async Task AProgramThatStopsHasNothingMoreSentToItsWorkersWhileOthersServe()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        ISchedulerGrain scheduler = Scheduler(app);
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var more = new EngineHosts(
            new PrebleOptions { Workers = 3 },
            app.Services.GetRequiredService<SiloIdentity>(),
            app.Services.GetRequiredService<ServedModel>(),
            app.Services.GetRequiredService<CpuModel>(),
            app.Services,
            lifetime,
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await more.StartAsync(default);
        string[] leaving = ["demo-cpu-0", "demo-cpu-1", "demo-cpu-2"];
        (await StatesAsync(scheduler)).Should().Equal(leaving.Select(id => (id, false)));

        lifetime.StopApplication();

        await Eventually.HoldsAsync(async () => (await StatesAsync(scheduler)).SequenceEqual(leaving.Select(id => (id, true))));
        await more.StopAsync(default);
    }

    [Fact]
    public async Task ASchedulerThatForgotAWorkerThatDrainsLearnsThatToo()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        ISchedulerGrain scheduler = Scheduler(app);
        var feed = new WorkerFeed(app.Services.GetRequiredService<IGrainFactory>(), Registration("extra"), TimeProvider.System, NullLogger.Instance);
        await feed.RegisterAsync();
        await feed.DrainAsync();
        await scheduler.RemoveWorkerAsync("extra");

        await feed.RegisterAsync();

        (await StatesAsync(scheduler)).Should().Equal(("demo-cpu-0", false), ("extra", true));
        await app.PostAsync("/v1/completions", new { model = "demo", prompt = "Tavo", max_tokens = 1 });
        WorkerStatus extra = (await scheduler.StatusAsync()).Workers.Single(worker => worker.WorkerId == "extra");
        extra.Live.Should().Be(0);
    }

    private static ISchedulerGrain Scheduler(SiloApp app) => app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");

    private static async Task<(string Id, bool Draining)[]> StatesAsync(ISchedulerGrain scheduler) =>
        [.. (await scheduler.StatusAsync()).Workers.Select(worker => (worker.WorkerId, worker.Draining)).Order()];

    private static WorkerRegistration Registration(string id) => new()
    {
        WorkerId = id,
        Model = "demo",
        Kind = "simulated",
        Epoch = 1,
        Alpha = 1e-9,
        Beta = 1e-15,
        T0 = 1e-9,
        Gamma = 1e-9,
        Delta = 1e-15,
        StepTokensMax = 512,
        KvTokens = 100_000,
        PageTokens = 16,
        RunningMax = 4,
        WaitingMax = 64,
    };
}
