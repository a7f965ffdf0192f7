using System.Globalization;
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
            new PrebleOptions(),
            app.Services.GetRequiredService<SiloIdentity>(),
            app.Services.GetRequiredService<ServedModel>(),
            Fleet(app, workers: 3),
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
        // It never says more of itself.
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:LeaseSeconds", "3600"));
        ISchedulerGrain scheduler = Scheduler(app);
        var feed = new WorkerFeed(app.Services.GetRequiredService<IGrainFactory>(), Registration("extra"), TimeProvider.System, NullLogger.Instance);
        await feed.RegisterAsync();
        await feed.DrainAsync();
        await scheduler.RemoveWorkerAsync("extra", long.MaxValue);

        await feed.RegisterAsync();

        (await StatesAsync(scheduler)).Should().Equal(("demo-cpu-0", false), ("extra", true));
        await app.PostAsync("/v1/completions", new { model = "demo", prompt = "Tavo", max_tokens = 1 });
        WorkerStatus extra = (await scheduler.StatusAsync()).Workers.Single(worker => worker.WorkerId == "extra");
        extra.Live.Should().Be(0);
    }

    [Fact]
    public async Task ASiloThatLeavesLetsWhatRunsEndAndHandsOverWhatItWasUsedFor()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        ISchedulerGrain scheduler = Scheduler(app);
        var leaving = new EngineHosts(
            new PrebleOptions { DrainSeconds = 600 },
            app.Services.GetRequiredService<SiloIdentity>() with { Name = "b" },
            app.Services.GetRequiredService<ServedModel>(),
            Fleet(app, workers: 2),
            app.Services,
            new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await leaving.StartAsync(default);
        var engine = (EngineHost)leaving.Find("demo-cpu-0@b")!;
        int[] common = [.. Enumerable.Range(10, 160)];
        for (int use = 0; use < 3; use++)
        {
            await engine.GenerateAsync(Request($"hot-{use}", [.. common, 300 + use], maxTokens: 1), default).LastAsync();
        }

        await using IAsyncEnumerator<GenerationEvent> running = engine.GenerateAsync(Request("running", [1, 2, 3], maxTokens: 900), default).GetAsyncEnumerator();
        (await running.MoveNextAsync()).Should().BeTrue();
        await leaving.StoppingAsync(default);

        int tokens = 1;
        GenerationEvent last = running.Current;
        for (ValueTask<bool> next = running.MoveNextAsync(); await next; next = running.MoveNextAsync())
        {
            next.IsCompleted.Should().BeTrue("it was given the time to end");
            last = running.Current;
            tokens++;
        }

        (tokens, last.Finish).Should().Be((900, "length"));
        (await StatesAsync(scheduler)).Should().Equal(("demo-cpu-0", false), ("demo-cpu-0@b", true), ("demo-cpu-1@b", true));
        IPrefixTreeGrain tree = app.Services.GetRequiredService<IGrainFactory>().GetGrain<IPrefixTreeGrain>("demo");
        var match = new MatchRequest { PageKeys = Keys(common), PromptTokens = common.Length, WithEvictionCost = false, WithPath = false };
        await Eventually.HoldsAsync(async () => (await tree.MatchAsync(match)).Workers.Any(worker => worker is { WorkerId: "demo-cpu-0", ResidentPages: 10 }));
        await leaving.StopAsync(default);
        (await StatesAsync(scheduler)).Should().Equal(("demo-cpu-0", false));
    }

    private static CpuFleet Fleet(SiloApp app, int workers)
    {
        CpuModel model = ((CpuFleet)app.Services.GetRequiredService<IEngineFleet>()).Model;
        return new CpuFleet(new PrebleOptions { Workers = workers.ToString(CultureInfo.InvariantCulture) }, model, computes: true);
    }

    private static GenerateRequest Request(string id, int[] prompt, int maxTokens)
    {
        GenerateRequest request = EngineHostTests.Request(id, maxTokens);
        return request with { PromptTokens = prompt, PageKeys = Keys(prompt), Sampling = request.Sampling with { IgnoreEndOfSequence = true } };
    }

    private static ulong[] Keys(int[] prompt) => [.. Core.PageKeys.Compute(1, prompt, 16).Select(key => key.Value)];

    private static ISchedulerGrain Scheduler(SiloApp app) => app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");

    private static async Task<(string Id, bool Draining)[]> StatesAsync(ISchedulerGrain scheduler) =>
        [.. (await scheduler.StatusAsync()).Workers.Select(worker => (worker.WorkerId, worker.Draining)).Order()];

    internal static WorkerRegistration Registration(string id) => new()
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
