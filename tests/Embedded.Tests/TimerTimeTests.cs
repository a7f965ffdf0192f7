using Preble.Embedded.Tests.Grains;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>Times of grain timers.</summary>
public sealed class TimerTimeTests : IAsyncLifetime
{
    private readonly FakeTimeHost _host = new();
    private readonly string _key = TestHostFixture.NewKey();

    private Journal Journal => Journal.Of(_key);

    private IOddGrain Grain => _host.Grains.GetGrain<IOddGrain>(_key);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task TheNextCallbackCountsFromTheEndOfTheLast()
    {
        await Grain.StartTimer(Seconds(2), Seconds(3));
        _host.Time.Advance(Seconds(1.9));
        Journal.Events.Should().BeEmpty();
        _host.Time.Advance(Seconds(0.2));
        await Journal.Reached("tick");
        _host.Time.Advance(Seconds(10));
        await End(1);
        _host.Time.Advance(Seconds(2.9));
        await Quiet(1);
        _host.Time.Advance(Seconds(0.2));
        await TestLimits.Until(() => Journal.Count("tick") == 2, "the second callback runs");
        await End(2);
    }

    [Fact]
    public async Task AChangeTakesEffectAtOnceAndForGood()
    {
        await Grain.StartTimer(Seconds(100), Timeout.InfiniteTimeSpan);
        await Grain.ChangeTimer(Seconds(1), Seconds(5));
        _host.Time.Advance(Seconds(1));
        await Journal.Reached("tick");
        await End(1);
        _host.Time.Advance(Seconds(5));
        await TestLimits.Until(() => Journal.Count("tick") == 2, "the second callback runs");
        await End(2);
        await Grain.ChangeTimer(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _host.Time.Advance(Seconds(100));
        await Quiet(2);
    }

    [Fact]
    public async Task AnInfinitePeriodTicksOnce()
    {
        await Grain.StartTimer(Seconds(1), Timeout.InfiniteTimeSpan);
        _host.Time.Advance(Seconds(1));
        await Journal.Reached("tick");
        await End(1);
        _host.Time.Advance(Seconds(1000));
        await Quiet(1);
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(1, -5)]
    [InlineData(5e6, 1)]
    public async Task TimesOutOfRangeAreRefused(double due, double period)
    {
        await Grain.Awaiting(grain => grain.StartTimer(Seconds(due), Seconds(period))).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    /// <summary>Lets a callback end and waits until its timer is set again, which a request that follows it proves.</summary>
    private async Task End(int tick)
    {
        Journal.Open($"tick {tick}");
        await TestLimits.Until(() => Journal.Count("tock") == tick, "the callback has ended");
        await Grain.Find().WaitAsync(TestLimits.Wait);
        await Grain.Find().WaitAsync(TestLimits.Wait);
    }

    private async Task Quiet(int ticks)
    {
        await Grain.Find().WaitAsync(TestLimits.Wait);
        Journal.Count("tick").Should().Be(ticks);
    }
}
