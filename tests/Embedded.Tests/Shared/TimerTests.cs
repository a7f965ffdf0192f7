namespace Preble.Embedded.Tests.Shared;

/// <summary>Timers of grains, in real time.</summary>
public sealed class TimerTests(TestHostFixture host) : IClassFixture<TestHostFixture>
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task CallbacksAreTurnsThatDoNotRunBesideRequests()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("t");
        await grain.StartTimer("t", Short, Short, interleave: false, fail: false);
        await journal.Reached("tock t");
        Task hold = grain.Hold("hold");
        await journal.Reached("start hold");
        journal.Open("hold");
        await hold.WaitAsync(TestLimits.Wait);
        await TestLimits.Until(() => journal.Count("tock t") > 3, "the timer has ticked on");
        await grain.StopTimer("t");
        journal.Events.Should().NotContain("tick t elsewhere");
        journal.Events.Should().ContainInConsecutiveOrder("start hold", "end hold");
        journal.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task AnInterleavingCallbackRunsBesideRequests()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("t");
        Task hold = grain.Hold("hold");
        await grain.HoldInterleavingOpen(journal, "now");
        journal.Open("hold");
        await hold.WaitAsync(TestLimits.Wait);
        await grain.StartTimer("t", Short, Short, interleave: true, fail: false);
        Task second = grain.Hold("second");
        await journal.Reached("start second");
        int ticks = journal.Count("tock t");
        await TestLimits.Until(() => journal.Count("tock t") > ticks + 2, "the timer has ticked beside the request");
        journal.Open("second");
        await second.WaitAsync(TestLimits.Wait);
        await grain.StopTimer("t");
    }

    [Fact]
    public async Task CallbacksOfOneTimerNeverOverlapAndARequestWaitsForOne()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await grain.StartTimer("t", Short, Short, interleave: false, fail: false);
        await journal.Reached("tick t");
        Task<int> call = grain.Add(1, 1).AsTask();
        await grain.HoldInterleavingOpen(journal, "beside");
        call.IsCompleted.Should().BeFalse();
        journal.Count("tick t").Should().Be(1);
        journal.Open("t");
        await call.WaitAsync(TestLimits.Wait);
        await grain.StopTimer("t");
    }

    [Fact]
    public async Task ATimerGoesOnAfterACallbackThatThrows()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("t");
        await grain.StartTimer("t", Short, Short, interleave: false, fail: true);
        await TestLimits.Until(() => journal.Count("tock t") > 3, "the timer has ticked on");
        await grain.StopTimer("t");
    }

    [Fact]
    public async Task TimersEndWithTheActivation()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("t");
        await grain.StartTimer("t", Short, Short, interleave: false, fail: false);
        await journal.Reached("tock t");
        await grain.DeactivateSelf();
        await journal.Reached("deactivated: ApplicationRequested");
        journal.Events.SkipWhile(line => line != "deactivating").Should().NotContain("tick t");
        await grain.Work("next", 100);
        journal.Events.SkipWhile(line => line != "deactivating").Should().NotContain("tick t");
    }
}
