namespace Preble.Embedded.Tests.Shared;

/// <summary>What may run beside what.</summary>
public sealed class TurnTests(TestHostFixture host) : IClassFixture<TestHostFixture>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TurnsOfOneActivationNeverOverlapHoweverCallsInterleave(int seed)
    {
        var random = new Random(seed);
        (IProbeGrain plain, Journal plainJournal) = host.Probe();
        (IReentrantProbeGrain reentrant, Journal reentrantJournal) = host.ReentrantProbe();
        var calls = new List<Task>();
        for (int i = 0; i < 400; i++)
        {
            IProbeGrain grain = random.Next(2) == 0 ? plain : reentrant;
            string name = $"{i}";
            int turns = random.Next(8);
            calls.Add(random.Next(3) switch
            {
                0 => grain.Work(name, turns),
                1 => grain.WorkInterleaving(name, turns),
                _ => Task.Run(() => grain.Work(name, turns)),
            });
        }

        await Task.WhenAll(calls).WaitAsync(TestLimits.Wait);
        plainJournal.Overlaps.Should().Be(0);
        reentrantJournal.Overlaps.Should().Be(0);
        (plainJournal.Events.Count(line => line.StartsWith("end", StringComparison.Ordinal))
            + reentrantJournal.Events.Count(line => line.StartsWith("end", StringComparison.Ordinal))).Should().Be(400);
    }

    [Fact]
    public async Task ARequestStartsOnlyAfterTheOneBeforeItHasEnded()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task[] calls = [.. Enumerable.Range(0, 50).Select(i => grain.Work($"{i}", i % 5))];
        await Task.WhenAll(calls).WaitAsync(TestLimits.Wait);
        string[] events = [.. journal.Events.Skip(2)];
        events.Should().HaveCount(100);
        for (int i = 0; i < 100; i += 2) events[i + 1].Should().Be(events[i].Replace("start", "end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnInterleavingRequestOvertakesThoseThatWait()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task first = grain.Hold("first");
        await journal.Reached("start first");
        Task second = grain.Hold("second");
        Task between = grain.HoldInterleaving("between");
        await journal.Reached("start between");
        journal.Open("between");
        await between.WaitAsync(TestLimits.Wait);
        journal.Open("second");
        second.IsCompleted.Should().BeFalse();
        journal.Open("first");
        await Task.WhenAll(first, second).WaitAsync(TestLimits.Wait);
        journal.Events.Skip(2).Should().Equal("start first", "start between", "end between", "end first", "start second", "end second");
    }

    [Fact]
    public async Task AnExclusiveRequestMayStartWhileOnlyInterleavingOnesRun()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task interleaving = grain.HoldInterleaving("interleaving");
        await journal.Reached("start interleaving");
        journal.Open("exclusive");
        await grain.Hold("exclusive").WaitAsync(TestLimits.Wait);
        journal.Open("interleaving");
        await interleaving.WaitAsync(TestLimits.Wait);
    }

    [Fact]
    public async Task ReadersRunBesideEachOtherAndNotBesideAWriter()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        Task writer = grain.Hold("writer");
        await journal.Reached("start writer");
        Task[] readers = [grain.HoldReadOnly("a"), grain.HoldReadOnly("b")];
        await grain.HoldInterleavingOpen(journal, "beside");
        journal.Events.Should().NotContain("start a");
        journal.Open("writer");
        await journal.Reached("start a");
        await journal.Reached("start b");
        journal.Open("a");
        journal.Open("b");
        await Task.WhenAll([writer, .. readers]).WaitAsync(TestLimits.Wait);
        journal.Events.Should().ContainInOrder("end writer", "start a").And.ContainInOrder("end writer", "start b");
    }

    [Fact]
    public async Task EveryRequestToAReentrantGrainRunsBesideTheOthers()
    {
        (IReentrantProbeGrain grain, Journal journal) = host.ReentrantProbe();
        Task[] calls = [.. Enumerable.Range(0, 20).Select(i => grain.Hold($"{i}"))];
        for (int i = 19; i >= 0; i--)
        {
            await journal.Reached($"start {i}");
            journal.Open($"{i}");
            await calls[i].WaitAsync(TestLimits.Wait);
        }
    }

    [Fact]
    public async Task CodeAfterAnAwaitStaysOnTheActivationsSchedulerAndPoolTasksDoNot()
    {
        (IProbeGrain grain, _) = host.Probe();
        (await grain.Schedulers().WaitAsync(TestLimits.Wait)).Should().Be((true, true, false, true, false));
    }

    [Fact]
    public async Task ACallToItselfRunsWhenItInterleaves()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        journal.Open("self");
        (await grain.CallSelfInterleaving("self").WaitAsync(TestLimits.Wait)).Should().Be("self");
    }

    [Fact]
    public async Task ACallToItselfThatCannotInterleaveTimesOutAndNeverRuns()
    {
        (IProbeGrain grain, Journal journal) = host.Probe();
        await grain.Awaiting(self => self.CallSelf()).Should().ThrowAsync<TimeoutException>();
        await grain.Key().WaitAsync(TestLimits.Wait);
        journal.Events.Should().NotContain("never");
    }

    [Fact]
    public async Task ACallToItselfRunsOnAReentrantGrain()
    {
        (IReentrantProbeGrain grain, _) = host.ReentrantProbe();
        string other = TestHostFixture.NewKey();
        (await grain.PassMyself(other).WaitAsync(TestLimits.Wait)).Should().Be(await grain.Key());
    }
}
