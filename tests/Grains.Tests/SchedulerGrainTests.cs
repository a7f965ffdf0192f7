using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class SchedulerGrainTests
{
    [Fact]
    public async Task ABurstOfSiblingsFollowsTheFirstBeforeAnyPageIsStored()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(4, "e2");
        int[] document = ScriptedCluster.Prompt(1, 1600);

        PlacementReply[] replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(index => cluster.Scheduler.PlaceAsync(Placement($"r{index}", [.. document, index]))));

        replies.Should().OnlyContain(reply => reply.Refusal == null);
        replies.Select(reply => reply.WorkerId).Distinct().Should().HaveCount(1);
        replies.Select(reply => reply.ExpectedCachedTokens).Order().Should().Equal(0, 1600, 1600);
    }

    /// <summary>What is common to all prompts is too large to move, so that the second worker gets it too when fifty requests for each are known.</summary>
    [Fact]
    public async Task ThePathOfAMatchLetsAHotPrefixSpread()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2, "e2");
        int[] common = ScriptedCluster.Prompt(1, 1600);
        var workers = new List<string?>();
        for (int i = 0; i < 120; i++)
        {
            PlacementReply reply = await cluster.Scheduler.PlaceAsync(Placement($"r{i}", [.. common, .. ScriptedCluster.Prompt(2 + i, 160)]));
            await cluster.Scheduler.CompleteAsync(Completion($"r{i}", reply.WorkerId!, Outcome.Completed));
            workers.Add(reply.WorkerId);
        }

        workers.Take(100).Distinct().Should().HaveCount(1);
        workers.Skip(100).Should().OnlyContain(worker => worker != workers[0], "it has had nothing yet");
    }

    [Fact]
    public async Task AnUnfulfilledPromiseEndsWithItsFailedRequest()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        int[] prompt = ScriptedCluster.Prompt(2, 160);
        PlacementReply reply = await cluster.Scheduler.PlaceAsync(Placement("r", prompt));

        await cluster.Scheduler.CompleteAsync(Completion("r", reply.WorkerId!, Outcome.Cancelled));

        (await cluster.Tree.MatchAsync(Match(prompt))).LongestPages.Should().Be(0);
    }

    [Fact]
    public async Task ANewEpochOfAWorkerForgetsWhatTheOldOneHeld()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        int[] prompt = ScriptedCluster.Prompt(3, 160);
        await cluster.Tree.ApplyAsync(Stored("w0", 1, 1, prompt));
        (await cluster.Tree.MatchAsync(Match(prompt))).LongestPages.Should().Be(10);

        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w0", epoch: 2));

        (await cluster.Tree.MatchAsync(Match(prompt))).LongestPages.Should().Be(0);
        (await cluster.Scheduler.StatusAsync()).Workers.Should().HaveCount(2);
    }

    [Fact]
    public async Task ARemovedWorkerGetsNothingAndHoldsNothing()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        int[] prompt = ScriptedCluster.Prompt(4, 160);
        await cluster.Tree.ApplyAsync(Stored("w0", 1, 1, prompt));

        await cluster.Scheduler.RemoveWorkerAsync("w0", epoch: 1);

        (await cluster.Tree.MatchAsync(Match(prompt))).LongestPages.Should().Be(0);
        (await cluster.Scheduler.PlaceAsync(Placement("r", prompt))).WorkerId.Should().Be("w1");
    }

    [Fact]
    public async Task FullQueuesAreAnsweredWithATimeToRetry()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1, waitingMax: 2);
        var refusals = new List<Outcome?>();
        PlacementReply last = null!;
        for (int index = 0; index < 10; index++)
        {
            last = await cluster.Scheduler.PlaceAsync(Placement($"r{index}", ScriptedCluster.Prompt(100 + index, 160)));
            refusals.Add(last.Refusal);
        }

        refusals.Take(2).Should().OnlyContain(refusal => refusal == null, "2 can wait, and none is known to run yet");
        refusals.Skip(2).Should().OnlyContain(refusal => refusal == Outcome.QueueFull);
        last.RetryAfterSeconds.Should().BePositive();
        last.Message.Should().NotBeNullOrEmpty();

        await cluster.Scheduler.CompleteAsync(Completion("r0", "w0", Outcome.Completed));
        (await cluster.Scheduler.PlaceAsync(Placement("again", ScriptedCluster.Prompt(5, 160)))).Refusal.Should().BeNull();
    }

    [Fact]
    public async Task WhoTellsTheEndOfARequestIsToldWhyItWasPlacedThereIfHeAsks()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(3);
        string worker = (await cluster.Scheduler.PlaceAsync(Placement("r", ScriptedCluster.Prompt(5, 160)))).WorkerId!;
        CompletionReport end = Completion("r", worker, Outcome.Completed);

        PlacementExplanation? told = await cluster.Scheduler.CompleteAsync(end with { Explained = true });

        told.Should().BeEquivalentTo(await cluster.Scheduler.ExplainAsync("r"));
        told!.ReadTable().Candidates.Should().HaveCount(3);
        told.ActualState.Should().Be(RequestState.Completed);
        (await cluster.Scheduler.CompleteAsync(end)).Should().BeNull();
        (await cluster.Scheduler.CompleteAsync(end with { RequestId = "never", Explained = true })).Should().BeNull();
    }

    /// <summary>Gateways remember that of every request: it must not grow with the cluster.</summary>
    [Fact]
    public async Task OfManyWorkersTheReplyToAnEndTellsTheSixteenThatCameNearest()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(20);
        string worker = (await cluster.Scheduler.PlaceAsync(Placement("r", ScriptedCluster.Prompt(5, 160)))).WorkerId!;

        PlacementExplanation told = (await cluster.Scheduler.CompleteAsync(Completion("r", worker, Outcome.Completed) with { Explained = true }))!;

        PlacementTable whole = (await cluster.Scheduler.ExplainAsync("r"))!.ReadTable();
        whole.Candidates.Should().HaveCount(20);
        told.ReadTable().Candidates.Should().HaveCount(16);
        told.ReadTable().Candidates[0].Should().BeEquivalentTo(whole.Candidates.Single(candidate => candidate.WorkerId == worker));
        told.ReadTable().Candidates.Select(candidate => candidate.Cost).Should().BeInAscendingOrder().And.BeSubsetOf(whole.Candidates.Select(candidate => candidate.Cost).Order().Take(16));
    }

    [Fact]
    public async Task APromptThatNoWorkerCanHoldIsRefusedAsTooLong()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);

        PlacementReply reply = await cluster.Scheduler.PlaceAsync(Placement("r", ScriptedCluster.Prompt(6, 100_001)));

        reply.Refusal.Should().Be(Outcome.PromptTooLong);
        reply.Message.Should().Contain("100001").And.Contain("100000");
    }

    [Fact]
    public async Task AReportOfAnUnknownWorkerAsksForItsRegistration()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        WorkerReport report = new() { WorkerId = "w0", Epoch = 1, Sequence = 1, Live = [], PagesFree = 5, PagesCached = 0, PagesHeld = 0 };

        (await cluster.Scheduler.ReportAsync(report)).RegistrationWanted.Should().BeFalse();
        (await cluster.Scheduler.ReportAsync(report with { WorkerId = "stranger" })).RegistrationWanted.Should().BeTrue();
        await cluster.Scheduler.RemoveWorkerAsync("w0", epoch: 1);
        (await cluster.Scheduler.ReportAsync(report with { Sequence = 2 })).RegistrationWanted.Should().BeTrue();
    }

    [Fact]
    public async Task AWorkersStatusShowsTheRatesThatItsStepsHadAndThoseOfItsRegistrationUntilThen()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        (await RatesAsync(cluster, 0)).Should().Equal(1e-4, 1e-9, 1e-2, 1e-4, 1e-7);
        for (int sequence = 1; sequence <= 300; sequence++)
        {
            // Twice as slow as registered: prefill and decode steps in turn.
            (int prefill, int decodes) = sequence % 2 == 0 ? (512, 0) : (0, 1 + (sequence % 8));
            double squares = prefill * prefill / 2.0;
            WorkerReport report = new() { WorkerId = "w0", Epoch = 1, Sequence = sequence, Live = [], PagesFree = 5, PagesCached = 0, PagesHeld = 0 };
            await cluster.Scheduler.ReportAsync(report with
            {
                Steps = 1,
                StepSeconds = 2 * ((1e-4 * prefill) + (1e-9 * squares) + 1e-2 + (1e-4 * decodes) + (1e-7 * decodes * 500)),
                PrefillTokens = prefill,
                PrefillSquares = squares,
                DecodeSequences = decodes,
                DecodeContextTokens = decodes * 500,
            });
        }

        double[] learnt = await RatesAsync(cluster, 0);
        learnt[0].Should().BeApproximately(2e-4, 1e-5);
        learnt[2].Should().BeApproximately(2e-2, 1e-3);
        (await RatesAsync(cluster, 1)).Should().Equal([1e-4, 1e-9, 1e-2, 1e-4, 1e-7], "no other worker is meant");
    }

    [Fact]
    public async Task AWorkerThatDrainsGetsNothingUntilALaterEpochOfItRegisters()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(2);
        int[] prompt = ScriptedCluster.Prompt(9, 160);
        await cluster.Tree.ApplyAsync(Stored("w0", 1, 1, prompt));

        await cluster.Scheduler.DrainWorkerAsync("w0", epoch: 1);
        await cluster.Scheduler.DrainWorkerAsync("nobody", epoch: 1);

        (await cluster.Scheduler.StatusAsync()).Workers.Select(worker => worker.Draining).Should().Equal(true, false);
        (await cluster.Scheduler.PlaceAsync(Placement("a", prompt))).WorkerId.Should().Be("w1");
        (await cluster.Scheduler.PlaceAsync(Placement("b", prompt) with { ExcludedWorkers = ["w1"] })).WorkerId.Should().Be("w0", "there is no other");
        await cluster.Scheduler.RegisterWorkerAsync(ScriptedCluster.Registration("w0", epoch: 2));
        (await cluster.Scheduler.StatusAsync()).Workers.Should().OnlyContain(worker => !worker.Draining);
    }

    [Fact]
    public async Task CompletingTwiceChangesNothing()
    {
        await using ScriptedCluster cluster = await ScriptedCluster.StartAsync(1);
        await cluster.Scheduler.PlaceAsync(Placement("a", ScriptedCluster.Prompt(7, 160)));
        PlacementReply reply = await cluster.Scheduler.PlaceAsync(Placement("b", ScriptedCluster.Prompt(8, 160)));

        for (int time = 0; time < 2; time++)
        {
            await cluster.Scheduler.CompleteAsync(Completion("b", reply.WorkerId!, Outcome.Completed));
            (await cluster.Scheduler.StatusAsync()).Workers[0].Live.Should().Be(1);
        }
    }

    private static async Task<double[]> RatesAsync(ScriptedCluster cluster, int worker)
    {
        WorkerStatus status = (await cluster.Scheduler.StatusAsync()).Workers[worker];
        return [status.Alpha, status.Beta, status.T0, status.Gamma, status.Delta];
    }

    private static PlacementRequest Placement(string id, int[] prompt) => new()
    {
        RequestId = id,
        PageKeys = ScriptedCluster.Keys(prompt),
        PromptTokens = prompt.Length,
        MaxNewTokens = 16,
        Choices = 1,
        ExcludedWorkers = [],
    };

    private static CompletionReport Completion(string id, string worker, Outcome outcome) =>
        new() { RequestId = id, WorkerId = worker, Outcome = outcome, CachedTokens = 0, OutputTokens = 3, TtftSeconds = 0.1, TotalSeconds = 0.2 };

    private static MatchRequest Match(int[] prompt) => new() { PageKeys = ScriptedCluster.Keys(prompt), PromptTokens = prompt.Length, WithEvictionCost = false, WithPath = false };

    private static CacheEventBatch Stored(string worker, long epoch, long sequence, int[] prompt) => new()
    {
        WorkerId = worker,
        Epoch = epoch,
        Events = [new CacheEventMessage { Sequence = sequence, Stored = true, Path = ScriptedCluster.Keys(prompt), From = 0 }],
    };
}
