namespace Preble.Embedded.Tests.Shared;

/// <summary>Arguments, results, exceptions and cancellation of calls.</summary>
public sealed class CallTests(TestHostFixture host) : IClassFixture<TestHostFixture>
{
    /// <summary>Calls of one second that are made for one to begin in its time.</summary>
    private const int ShortCallsMax = 30;

    [Fact]
    public async Task ResultsComeBack()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        (await grain.Add(2, 3)).Should().Be(5);
        await grain.Write("written");
        journal.Events.Should().Contain("written");
        ProbeMessage answer = await grain.Echo(new ProbeMessage("text", [1, 2, 3]));
        answer.Text.Should().Be("text");
        answer.Numbers.Should().Equal(1, 2, 3);
        (await grain.Many(1, "b", 3, 4.5, true, 'f', 7, "h", 9, new ProbeMessage("j", []))).Should().Be("1|b|3|4.5|True|f|7|h|9|j");
    }

    [Fact]
    public async Task TheCallerGetsTheExceptionThatTheGrainThrew()
    {
        (IProbeGrain grain, _) = host.Probe();
        await grain.Awaiting(it => it.ThrowAtOnce("one")).Should().ThrowExactlyAsync<InvalidOperationException>().WithMessage("one");
        FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> thrown =
            await grain.Awaiting(it => it.ThrowLater("two")).Should().ThrowExactlyAsync<ArgumentException>();
        thrown.WithMessage("two").Which.StackTrace.Should().Contain(nameof(ProbeGrainBase.ThrowLater));
        await grain.Awaiting(it => it.ThrowValue("three").AsTask()).Should().ThrowExactlyAsync<NotSupportedException>().WithMessage("three");
        (await grain.Add(1, 1)).Should().Be(2);
    }

    [Fact]
    public async Task CancellationThatTheGrainThrowsCancelsTheCall()
    {
        (IProbeGrain grain, _) = host.Probe();
        Task call = grain.ThrowCanceled();
        await call.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>().WithMessage("Nobody asked for it.");
        call.IsCanceled.Should().BeTrue();
    }

    // The second call may come when the activation has failed already, and then gets the next one: it is asked again, with a grain that nobody knows, until it
    // has waited beside the first.
    [Fact]
    public async Task CallersOfAFailedActivationGetItsExceptionAndTheNextCallActivatesAnew()
    {
        bool waited = false;
        for (int round = 0; round < 100 && !waited; round++)
        {
            string key = TestHostFixture.NewKey();
            IFailingGrain grain = host.Grains.GetGrain<IFailingGrain>(key);
            (Task<int> first, Task<int> second) = (grain.Tries(), grain.Tries());
            Journal.Of(key).Open("tried");
            await FailsToActivate(first);
            waited = await second.ContinueWith(it => it.IsFaulted, TaskScheduler.Default).WaitAsync(TestLimits.Wait);
            if (waited) await FailsToActivate(second);
            else (await second).Should().Be(2);
            (await grain.Tries().WaitAsync(TestLimits.Wait)).Should().Be(2);
        }

        waited.Should().BeTrue();
    }

    private static async Task FailsToActivate(Task call) =>
        await call.Awaiting(it => it.WaitAsync(TestLimits.Wait)).Should().ThrowExactlyAsync<InvalidOperationException>().WithMessage("The first activation fails.");

    [Fact]
    public async Task AOneWayCallDoesNotWaitAndItsExceptionIsNotTheCallers()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        // Calls to a grain that is nowhere yet may overtake each other while its place is chosen.
        await grain.Key().WaitAsync(TestLimits.Wait);
        await grain.Tell("gate", fail: true).WaitAsync(TestLimits.Wait);
        Task<int> next = grain.Add(1, 1).AsTask();
        next.IsCompleted.Should().BeFalse();
        journal.Open("gate");
        await next.WaitAsync(TestLimits.Wait);
        journal.Count("told gate").Should().Be(1);
    }

    [Fact]
    public async Task CancellationReachesTheGrainAsATurnAndTheCallerAtOnce()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        using var source = new CancellationTokenSource();
        Task call = grain.WaitForCancellation("it", source.Token);
        await journal.Reached("waiting it");
        source.Cancel();
        await call.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        await journal.Reached("stopped it");
        journal.Events.Should().Contain("cancelled it in a turn");
        journal.Overlaps.Should().Be(0);
    }

    [Fact]
    public async Task ACallCancelledWhileItWaitsNeverStarts()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task first = grain.Hold("first");
        await journal.Reached("start first");
        using var source = new CancellationTokenSource();
        Task waiting = grain.WaitForCancellation("late", source.Token);
        source.Cancel();
        await waiting.Awaiting(it => it).Should().ThrowAsync<OperationCanceledException>();
        journal.Open("first");
        await first.WaitAsync(TestLimits.Wait);
        await grain.Key().WaitAsync(TestLimits.Wait);
        journal.Events.Should().NotContain("waiting late");
    }

    [Fact]
    public async Task ACallWithACancelledTokenIsNotMade()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await grain.Awaiting(it => it.WaitForCancellation("no", new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
        journal.Events.Should().BeEmpty();
        (await grain.IsCancelled(CancellationToken.None)).Should().BeFalse();
    }

    // A call whose time is over before it began may never begin: others are made until one has. All find their gates open in the end, also one that begins after the look.
    [Fact]
    public async Task ATimeoutTellsTheCallerAndLeavesTheGrainRunning()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await grain.Key().WaitAsync(TestLimits.Wait);
        string name;
        bool begun;
        int asked = 0;
        do
        {
            name = $"long {asked++}";
            await grain.Awaiting(it => it.HoldShortly(name)).Should().ThrowAsync<TimeoutException>();
            begun = journal.Count($"start {name}") > 0;
            journal.Open(name);
        }
        while (!begun && asked < ShortCallsMax);
        begun.Should().BeTrue("one of {0} calls must begin in its time", ShortCallsMax);
        await journal.Reached($"end {name}");
    }

    [Fact]
    public async Task ReferencesTravelAndAreEqualWhenTheyNameTheSameGrain()
    {
        (IProbeGrain grain, _) = host.Probe();
        IProbeGrain self = await grain.Self();
        self.Should().Be(grain);
        self.GetHashCode().Should().Be(grain.GetHashCode());
        self.GetGrainId().Should().Be(grain.GetGrainId());
        (IProbeGrain other, _) = host.Probe();
        other.Should().NotBe(grain);
        (await other.KeyOf(self)).Should().Be(grain.GetPrimaryKeyString());
        (await grain.Key()).Should().Be(grain.GetPrimaryKeyString());
    }
}
