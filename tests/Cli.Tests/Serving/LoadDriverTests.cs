using Preble.Cli.Serving;
using Preble.Core.Workloads;

namespace Preble.Cli.Tests.Serving;

public sealed class LoadDriverTests
{
    private static readonly StreamMeasurement Done = new() { Outcome = ServeOutcome.Completed };

    [Fact]
    public async Task AnOpenLoopSendsEachRequestAtItsTime()
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 7, Requests = 200 });
        var clock = new ImpatientClock();
        var sent = new List<(int, TimeSpan)>();
        LoadResult result = await RunAsync(workload, new LoadShape(), clock, (request, _) =>
        {
            sent.Add((request.Index, clock.Now));
            return Task.FromResult(Done);
        });

        sent.Select(one => one.Item1).Should().Equal(Enumerable.Range(0, 200));
        sent.Should().OnlyContain(one => IsOnTime(one.Item2, workload.Requests[one.Item1].Arrival));
        result.Measurements.Should().HaveCount(200);
        result.Seconds.Should().BeApproximately(workload.Requests[^1].Arrival.TotalSeconds, 0.001);
        result.Interrupted.Should().BeFalse();
    }

    [Fact]
    public async Task WhatIsLateIsSentAtOnce()
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 10, Requests = 50 });
        var clock = new ImpatientClock();
        var busy = TimeSpan.FromSeconds(3);
        var sent = new List<TimeSpan>();
        await RunAsync(workload, new LoadShape(), clock, (request, _) =>
        {
            sent.Add(clock.Now);
            clock.Advance(request.Index == 0 ? busy : TimeSpan.Zero);
            return Task.FromResult(Done);
        });

        workload.Requests.Skip(1).Count(request => request.Arrival < busy).Should().BeInRange(5, 45, "some are late and some are not");
        workload.Requests.Skip(1).Should().OnlyContain(request => IsOnTime(sent[request.Index], request.Arrival > busy ? request.Arrival : busy));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task ARequestThatFollowsAnotherIsSentAfterItsEnd(int? concurrency)
    {
        Workload workload = WorkloadCatalog.Create("embodied", new WorkloadOptions { Rate = 1000, Requests = 300 });
        workload.Requests.Should().Contain(request => request.After >= 0);
        bool[] ended = new bool[workload.Requests.Count];
        int early = 0;
        LoadResult result = await RunAsync(workload, new LoadShape { Concurrency = concurrency }, new ImpatientClock(), async (request, _) =>
        {
            early += request.After >= 0 && !Volatile.Read(ref ended[request.After]) ? 1 : 0;
            for (int i = request.Index % 5; i > 0; i--)
            {
                await Task.Yield();
            }

            Volatile.Write(ref ended[request.Index], true);
            return Done with { Outcome = request.Index % 7 == 0 ? ServeOutcome.Failed : ServeOutcome.Completed };
        });

        early.Should().Be(0);
        result.Measurements.Should().HaveCount(300, "also what follows a failure is sent");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task AClosedLoopKeepsExactlySoManyUnderWay(int concurrency)
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 1, Requests = 100 });
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int live = 0;
        int most = 0;
        var order = new List<int>();
        var guard = new Lock();
        await RunAsync(workload, new LoadShape { Concurrency = concurrency }, new ImpatientClock(), async (request, _) =>
        {
            // None ends before as many as may be are under way, so that a lane which is slow to start its own is not overtaken by the others' next.
            Task together;
            lock (guard)
            {
                order.Add(request.Index);
                most = Math.Max(most, ++live);
                together = full.Task;
                if (order.Count % concurrency == 0 || order.Count == workload.Requests.Count)
                {
                    full.SetResult();
                    full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            await together.WaitAsync(TimeSpan.FromSeconds(60));
            await Task.Yield();
            lock (guard)
            {
                live--;
            }

            return Done;
        });

        most.Should().Be(concurrency);
        order.Should().OnlyHaveUniqueItems().And.HaveCount(100);
        order.Select((index, place) => Math.Abs(index - place)).Max().Should().BeLessThan(concurrency, "the workload's order is kept but for those that start at once");
    }

    [Fact]
    public async Task AnOpenLoopHasNoMoreUnderWayThanItMay()
    {
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 1000, Requests = 100 });
        int live = 0;
        int most = 0;
        await RunAsync(workload, new LoadShape { InFlightMax = 5 }, new ImpatientClock(), async (_, _) =>
        {
            int now = Interlocked.Increment(ref live);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref live);
            return Done;
        });

        most.Should().BeInRange(1, 5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task NothingIsSentAfterTheTimeIsOver(int? concurrency)
    {
        Workload workload = WorkloadCatalog.Create("embodied", new WorkloadOptions { Rate = 20, Requests = 400 });
        var clock = new ImpatientClock();
        var limit = TimeSpan.FromSeconds(3);
        int late = 0;
        LoadResult result = await RunAsync(workload, new LoadShape { Concurrency = concurrency, Duration = limit }, clock, async (_, _) =>
        {
            Interlocked.Add(ref late, clock.Now >= limit + TimeSpan.FromSeconds(0.1 * (concurrency ?? 400)) ? 1 : 0);
            clock.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
            return Done;
        });

        // Lanes that look at the clock at the same moment may each send one more.
        late.Should().Be(0);
        result.Measurements.Count.Should().BeInRange(5, 100);
        result.Seconds.Should().BeGreaterThan(2.5);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public async Task WhatWasMeasuredBeforeTheUserHadEnoughIsKept(int? concurrency)
    {
        Workload workload = WorkloadCatalog.Create("embodied", new WorkloadOptions { Rate = 20, Requests = 400 });
        using var cancel = new CancellationTokenSource();
        int sent = 0;
        var guard = new Lock();
        Task<StreamMeasurement> SendAsync(WorkloadRequest request, CancellationToken token)
        {
            lock (guard)
            {
                if (++sent == 50)
                {
                    cancel.Cancel();
                }
            }

            return Task.FromResult(Done with { Outcome = token.IsCancellationRequested ? ServeOutcome.Cancelled : ServeOutcome.Completed });
        }

        LoadResult result = await RunAsync(workload, new LoadShape { Concurrency = concurrency }, new ImpatientClock(), SendAsync, cancel.Token);

        result.Interrupted.Should().BeTrue();
        result.Measurements.Count.Should().BeInRange(50, 60);
        result.Measurements.Count(one => one.Outcome == ServeOutcome.Completed).Should().BeInRange(45, 59);
    }

    /// <summary>Timers count in milliseconds.</summary>
    private static bool IsOnTime(TimeSpan sent, TimeSpan due) => sent >= due && sent - due <= TimeSpan.FromMilliseconds(1);

    private static Task<LoadResult> RunAsync(
        Workload workload, LoadShape shape, TimeProvider clock, Func<WorkloadRequest, CancellationToken, Task<StreamMeasurement>> send, CancellationToken cancel = default) =>
        new LoadDriver(send, clock).RunAsync(workload, shape, _ => { }, cancel).WaitAsync(TimeSpan.FromSeconds(60));
}
