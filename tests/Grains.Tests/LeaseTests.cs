using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class LeaseTests
{
    private const double LeaseSeconds = 2.5;

    [Fact]
    public async Task AWorkerThatFallsSilentLeavesSchedulerAndTreeAndARegistrationBringsItBack()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, leaseSeconds: LeaseSeconds);
        long sequence = 0;
        await Eventually.HoldsAsync(async () =>
        {
            (await cluster.Scheduler.ReportAsync(Report("w1", ++sequence))).RegistrationWanted.Should().BeFalse("it is heard of");
            (await cluster.Tree.ApplyAsync(NoEvents("w1"))).RegistrationWanted.Should().BeFalse("it is heard of there, too");
            return (await WorkersAsync(cluster)).SequenceEqual(["w1"]) && (await cluster.Tree.StatusAsync()).Workers == 1;
        });
        (await cluster.Scheduler.StandingAsync("w0")).Should().BeEquivalentTo(new { Known = false, Epoch = 0L, Others = 1 });

        (await cluster.Scheduler.ReportAsync(Report("w0", 1))).RegistrationWanted.Should().BeTrue();
        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w0"));

        (await WorkersAsync(cluster)).Should().Equal("w1", "w0");
        (await cluster.Tree.StatusAsync()).Workers.Should().Be(2);
        (await cluster.Scheduler.StandingAsync("w0")).Should().BeEquivalentTo(new { Known = true, Epoch = 1L, Others = 1 });
    }

    /// <summary>The scheduler that knew it has died with it; the new one never heard of it.</summary>
    [Fact]
    public async Task AWorkerThatNobodyNamesToTheTreeLeavesItWhileOthersStay()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1, leaseSeconds: LeaseSeconds);
        await cluster.Tree.RegisterWorkerAsync(ScriptedCluster.Registration("orphan"));
        (await cluster.Tree.StatusAsync()).Workers.Should().Be(2);
        long sequence = 0;
        await Eventually.HoldsAsync(async () =>
        {
            await cluster.Scheduler.ReportAsync(Report("w0", ++sequence));
            (await cluster.Tree.ApplyAsync(NoEvents("w0"))).RegistrationWanted.Should().BeFalse();
            await cluster.Tree.ApplyAsync(NoEvents("orphan") with { Epoch = 0 });
            return (await cluster.Tree.StatusAsync()).Workers == 1;
        });

        (await cluster.Tree.ApplyAsync(NoEvents("orphan"))).RegistrationWanted.Should().BeTrue();
    }

    /// <summary>The silo of the first worker has died, but no call to it has failed yet.</summary>
    [Fact]
    public async Task ARequestLeavesAWorkerThatIsSilentAndNoLongerKnown()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, leaseSeconds: LeaseSeconds, patienceSeconds: 60);
        GenerateRequest request = ScriptedCluster.Request("r", ScriptedCluster.Prompt(1, 40), maxTokens: 6);
        var events = new List<GenerationEvent>();
        var hangs = new TaskCompletionSource();
        await using IAsyncEnumerator<GenerationEvent> stream = cluster.Run(request).GetAsyncEnumerator();
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            int tokens = 0;
            engine.Gate = () => ++tokens == 4 ? hangs.Task : Task.CompletedTask;
        }

        while (events.Count < 3)
        {
            (await stream.MoveNextAsync()).Should().BeTrue();
            events.Add(stream.Current);
        }

        string dead = events[0].WorkerId;
        string alive = dead == "w0" ? "w1" : "w0";
        Task<bool> next = stream.MoveNextAsync().AsTask();
        long sequence = 0;
        await Eventually.HoldsAsync(async () =>
        {
            if ((await cluster.Scheduler.ReportAsync(Report(alive, ++sequence))).RegistrationWanted)
            {
                await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration(alive));
            }

            return next.IsCompleted;
        });
        for (bool more = await next; more; more = await stream.MoveNextAsync())
        {
            events.Add(stream.Current);
        }

        events.SelectMany(item => item.Tokens).Should().Equal(ScriptedEngine.Whole(request, 0));
        events.Skip(3).Should().OnlyContain(item => item.WorkerId == alive && item.Failure == null);
    }

    /// <summary>Long prompts make long silences.</summary>
    [Fact]
    public async Task ARequestStaysWithASilentWorkerThatIsKnown()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, leaseSeconds: LeaseSeconds);
        var computed = new TaskCompletionSource();
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            engine.Gate = () => computed.Task;
        }

        Task<List<GenerationEvent>> run = cluster.RunToEndAsync(ScriptedCluster.Request("r", ScriptedCluster.Prompt(2, 40)));
        long start = TimeProvider.System.GetTimestamp();
        long sequence = 0;
        await Eventually.HoldsAsync(async () =>
        {
            await cluster.Scheduler.ReportAsync(Report("w0", ++sequence));
            await cluster.Scheduler.ReportAsync(Report("w1", ++sequence));
            return TimeProvider.System.GetElapsedTime(start).TotalSeconds > LeaseSeconds + 1;
        });
        run.IsCompleted.Should().BeFalse();
        computed.SetResult();

        (await run).Should().OnlyContain(item => item.Failure == null);
        (await cluster.DescribeAsync("r"))!.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task AfterALossTheWorkerIsSentNothingUntilItReportsAgain()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, policy: "round-robin");
        foreach (ScriptedEngine engine in cluster.Engines.Values)
        {
            (engine.DiesAfter, engine.Deaths) = (0, 1);
        }

        List<GenerationEvent> first = await cluster.RunToEndAsync(ScriptedCluster.Request("a", ScriptedCluster.Prompt(3, 40)));
        first[^1].Failure.Should().Be(Outcome.WorkerLost, "both were lost");
        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w1", epoch: 2));
        (await SuspectsAsync(cluster)).Should().Equal("w0");
        for (int index = 0; index < 6; index++)
        {
            List<GenerationEvent> events = await cluster.RunToEndAsync(ScriptedCluster.Request($"r{index}", ScriptedCluster.Prompt(4 + index, 40)));
            events.Should().OnlyContain(item => item.WorkerId == "w1");
        }

        long sequence = 0;
        await Eventually.HoldsAsync(async () =>
        {
            await cluster.Scheduler.ReportAsync(Report("w0", ++sequence));
            return (await SuspectsAsync(cluster)).Length == 0;
        });
    }

    private static CacheEventBatch NoEvents(string worker) => new() { WorkerId = worker, Epoch = 1, Events = [], LastEvent = 0 };

    private static WorkerReport Report(string worker, long sequence) =>
        new() { WorkerId = worker, Epoch = 1, Sequence = sequence, Live = [], PagesFree = 5, PagesCached = 0, PagesHeld = 0 };

    private static async Task<string[]> WorkersAsync(ScriptedCluster cluster) => [.. (await cluster.Scheduler.StatusAsync()).Workers.Select(worker => worker.WorkerId)];

    private static async Task<string[]> SuspectsAsync(ScriptedCluster cluster) =>
        [.. (await cluster.Scheduler.StatusAsync()).Workers.Where(worker => worker.Suspect).Select(worker => worker.WorkerId)];
}
