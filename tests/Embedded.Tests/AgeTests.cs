using Preble.Embedded.Tests.Grains;
using Preble.Embedded.Tests.Shared;

namespace Preble.Embedded.Tests;

/// <summary>When unused activations go.</summary>
public sealed class AgeTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeHost _host = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task AHundredThousandIdleActivationsAllGo()
    {
        const int keys = 100_000;
        IAgedGrain[] grains = [.. Enumerable.Range(0, keys).Select(key => _host.Grains.GetGrain<IAgedGrain>($"{key}"))];
        await Task.WhenAll(grains.Select(static grain => grain.Use())).WaitAsync(TestLimits.Wait);
        _host.Host.ActivationCount.Should().Be(keys);
        _host.Time.Advance(Minute * 7);
        await TestLimits.Until(() => _host.Host.ActivationCount == 0, "all have gone");
        await grains[7].Use();
        _host.Host.ActivationCount.Should().Be(1);
    }

    [Fact]
    public async Task AnActivationGoesAfterItsAgeAndNotBefore()
    {
        (IProbeGrain grain, Journal journal) = _host.Probe();
        await grain.Key();
        _host.Time.Advance((Minute * 15) - TimeSpan.FromSeconds(1));
        await grain.Key();
        _host.Time.Advance((Minute * 15) - TimeSpan.FromSeconds(1));
        _host.Host.ActivationCount.Should().Be(1);
        _host.Time.Advance(Minute + TimeSpan.FromSeconds(3));
        await journal.Reached("deactivated: ActivationIdle");
        await TestLimits.Until(() => _host.Host.ActivationCount == 0, "it has gone");
    }

    [Fact]
    public async Task AnActivationThatRunsARequestIsNotIdle()
    {
        // Its caller has got a timeout long since.
        (IProbeGrain grain, Journal journal) = _host.Probe();
        Task call = grain.Hold("it");
        await journal.Reached("start it");
        _host.Time.Advance(Minute * 60);
        await call.Awaiting(it => it).Should().ThrowAsync<TimeoutException>();
        _host.Host.ActivationCount.Should().Be(1);
        journal.Open("it");
        await journal.Reached("end it");
        await grain.Key().WaitAsync(TestLimits.Wait);
        journal.Count("activating").Should().Be(1);
    }

    [Fact]
    public async Task AttributesOfTheClassGoBeforeTheHostsAge()
    {
        await _host.Grains.GetGrain<IAgedGrain>("aged").Use();
        await _host.Grains.GetGrain<IAgelessGrain>("ageless").Use();
        _host.Time.Advance(Minute * 4);
        _host.Host.ActivationCount.Should().Be(2);
        _host.Time.Advance(Minute * 3);
        await TestLimits.Until(() => _host.Host.ActivationCount == 1, "the aged one has gone");
        _host.Time.Advance(TimeSpan.FromDays(30));
        _host.Host.ActivationCount.Should().Be(1);
    }

    [Fact]
    public async Task DelayedDeactivationHoldsUntilItsTimeAndCanBeUndone()
    {
        IAgedGrain timed = _host.Grains.GetGrain<IAgedGrain>("timed");
        IAgedGrain forEver = _host.Grains.GetGrain<IAgedGrain>("for ever");
        await timed.Delay(Minute * 60);
        await forEver.Delay(Timeout.InfiniteTimeSpan);
        _host.Time.Advance(Minute * 59);
        _host.Host.ActivationCount.Should().Be(2);
        _host.Time.Advance(Minute * 3);
        await TestLimits.Until(() => _host.Host.ActivationCount == 1, "the timed one has gone");
        await forEver.Delay(TimeSpan.Zero);
        _host.Time.Advance(Minute * 7);
        await TestLimits.Until(() => _host.Host.ActivationCount == 0, "the other has gone too");
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task TimersKeepAnActivationOnlyWhenTheySaySo(bool keepAlive, int left)
    {
        IAgedGrain grain = _host.Grains.GetGrain<IAgedGrain>("ticking");
        await grain.Tick(Minute * 2, keepAlive);
        for (int i = 0; i < 20; i++)
        {
            _host.Time.Advance(Minute);
            // The timer is set again, beside the host's own, when its callback has run; else the activation has gone, and its timer with it.
            await TestLimits.Until(() => _host.Time.TimersSet == 1 + _host.Host.ActivationCount, "the callback has run");
        }

        await TestLimits.Until(() => _host.Host.ActivationCount == left, "it has gone unless its timer keeps it");
    }
}
