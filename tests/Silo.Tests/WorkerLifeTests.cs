using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;
using Preble.Silo.Gateway;

namespace Preble.Silo.Tests;

/// <summary>How workers come and go as the scheduler and new activations of it hear of them.</summary>
public sealed class WorkerLifeTests
{
    private static readonly string[] Both = ["demo-cpu-0", "demo-cpu-1"];

    [Fact]
    public async Task AWorkerWhoseEngineHasEndedIsAnnouncedNoMore()
    {
        await using var app = new SiloApp(("Preble:Workers", "2"));
        await app.GetAsync("/health");
        EngineHosts engines = app.Services.GetRequiredService<EngineHosts>();
        engines.Announce("demo").Select(worker => worker.Registration.WorkerId).Order().Should().Equal(Both);

        ((EngineHost)engines.Find("demo-cpu-0")!).Stop();

        engines.Announce("demo").Select(worker => worker.Registration.WorkerId).Should().Equal("demo-cpu-1");
        await Eventually.HoldsAsync(async () => (await app.WorkerIdsAsync()).SequenceEqual(["demo-cpu-1"]));
    }

    /// <summary>So that the scheduler foresees who passes whom.</summary>
    [Theory]
    [InlineData("priority-groups", 10)]
    [InlineData("fcfs", 0)]
    [InlineData("longest-prefix", 0)]
    public async Task AWorkerTellsByWhichGroupsItsQueueGoes(string order, int groups)
    {
        await using var app = new SiloApp(("Preble:Workers", "1"), ("Preble:QueueOrder", order));
        await app.GetAsync("/health");

        WorkerAnnouncement worker = app.Services.GetRequiredService<EngineHosts>().Announce("demo").Should().ContainSingle().Subject;

        worker.Registration.PriorityGroups.Should().Be(groups);
    }

    /// <summary>As after a start whose clock was wrong.</summary>
    [Fact]
    public async Task AStartWithTheClockSetBackTakesThePlaceOfTheEarlierOne()
    {
        await using var app = new SiloApp(("Preble:Workers", "1"));
        ISchedulerGrain scheduler = app.Services.GetRequiredService<IGrainFactory>().GetGrain<ISchedulerGrain>("demo");
        await app.GetAsync("/health");
        long earlier = (await scheduler.StandingAsync("demo-cpu-0")).Epoch;
        var later = new EngineHosts(
            new PrebleOptions { Workers = "1" },
            app.Services.GetRequiredService<SiloIdentity>(),
            app.Services.GetRequiredService<ServedModel>(),
            app.Services.GetRequiredService<IEngineFleet>(),
            app.Services,
            new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance),
            new YesterdaysClock(),
            NullLoggerFactory.Instance);

        await later.StartAsync(default);

        (await scheduler.StandingAsync("demo-cpu-0")).Epoch.Should().Be(earlier + 1);
        await later.StopAsync(default);
    }

    [Theory]
    [InlineData("gateway,worker", true)]
    [InlineData("worker", false)]
    public async Task TheBannerOffersTheApiWhereItIs(string roles, bool offered)
    {
        await using var app = new SiloApp(("Preble:Roles", roles), ("Preble:Workers", "1"));
        using HttpClient client = app.CreateClient();
        string banner = Banner.Text(app.Services);
        banner.Contains("/v1/", StringComparison.Ordinal).Should().Be(offered);
        banner.Should().Contain("Preble serves").And.Contain("curl ");
    }

    private sealed class YesterdaysClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(-1);
    }
}
