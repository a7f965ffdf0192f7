using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class E2PolicyTests
{
    private static readonly TimeSpan Start = Seconds(1000);

    [Fact]
    public void MoreCachedThanMissedExploitsHoweverLoadedTheHolderIs()
    {
        GlobalScheduler scheduler = Loaded(Profile("holder"), Profile("idle"), sentToFirst: 30);
        scheduler.Place(Query("new", 1600), Match(100, ("holder", 51)), Start).Worker.Value.Should().Be("holder");
    }

    [Fact]
    public void AsMuchCachedAsMissedExplores()
    {
        GlobalScheduler scheduler = Loaded(Profile("holder"), Profile("idle"), sentToFirst: 30);
        scheduler.Place(Query("new", 1600), Match(100, ("holder", 50)), Start).Worker.Value.Should().Be("idle", "the test is strict");
    }

    [Fact]
    public void OnlyHoldersOfTheLongestMatchAreExploited()
    {
        GlobalScheduler scheduler = Loaded(Profile("busy"), Profile("shorter"), sentToFirst: 30);
        scheduler.AddWorker(Profile("equal"), Start);
        scheduler.Place(Query("1", 1600), Match(100, ("busy", 90), ("shorter", 89), ("equal", 90)), Start).Worker.Value.Should().Be("equal");
        DecisionRecord record = scheduler.Explain(new RequestId("1"))!;
        record.Candidates.Where(candidate => candidate.Eligible).Select(candidate => candidate.Worker.Value).Should().BeEquivalentTo("busy", "equal");
    }

    /// <summary>
    /// The released code answers with the place among the candidates: over {2, 3} it says 0 and sends the prompt to the wrong worker.
    /// </summary>
    [Fact]
    public void TheChoiceIsAWorkerAndNotAPlaceAmongTheCandidates()
    {
        GlobalScheduler scheduler = Scheduler("e2", Profile("w0"), Profile("w1"), Profile("w2"), Profile("w3"));
        for (int i = 0; i < 20; i++)
        {
            string chosen = scheduler.Place(Query("r" + i, 1600), Match(100, ("w2", 90), ("w3", 90)), Start).Worker.Value;
            chosen.Should().BeOneOf("w2", "w3");
        }

        scheduler.Workers.Where(worker => worker.Sequences > 0).Select(worker => worker.Id.Value).Should().BeEquivalentTo("w2", "w3");
    }

    /// <summary>The released code takes a full match for a miss and deals eight equal prompts out to all workers.</summary>
    [Fact]
    public void IdenticalPromptsAreHits()
    {
        GlobalScheduler scheduler = Scheduler("e2", [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        var tree = new PrefixTree(new PrefixTreeOptions());
        foreach (WorkerView worker in scheduler.Workers)
        {
            tree.AddWorker(worker.Id, 25_000);
        }

        PageKey[] keys = [.. Enumerable.Range(1, 125).Select(i => new PageKey((ulong)i))];
        var match = new PrefixMatch();
        var chosen = new List<string>();
        for (int i = 0; i < 8; i++)
        {
            tree.Match(keys, match, Start, forecastEvictions: true);
            PlacementResult placed = scheduler.Place(Query("r" + i, 2000), match, Start);
            tree.Promise(placed.Worker, keys, new RequestId("r" + i), Start);
            placed.CachedTokens.Should().Be(i == 0 ? 0 : 1984);
            chosen.Add(placed.Worker.Value);
        }

        chosen.Distinct().Should().ContainSingle();
    }

    /// <summary>
    /// Defect 3 of the released code is the exploit rule's own: what is common to more than half of all prompts draws every prompt to its first holder.
    /// Rebalancing ends that, as soon as it is warm.
    /// </summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public void ACommonPrefixIsAHotSpotUntilRebalancingSpreadsIt(bool rebalances, int workersUsed)
    {
        var policy = new E2Policy(new PolicyOptions { E2Rebalances = rebalances });
        var cluster = new ToyCluster(policy, [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        for (int i = 0; i < 400; i++)
        {
            cluster.Send(i * 0.05, ToyCluster.Prompt(common: 150, own: 87, unique: i), outputTokens: 50);
        }

        cluster.SentTo.Keys.Should().HaveCount(workersUsed);
        cluster.SentTo.Values.Max().Should().BeLessThanOrEqualTo(rebalances ? 250 : 400, "the first 200 warm up");
    }

    [Fact]
    public void LoadIsWhatWasSentWithinTheWindowAndIsForgottenAfterIt()
    {
        GlobalScheduler scheduler = Loaded(Profile("a"), Profile("b"), sentToFirst: 10);
        double Load(string id, TimeSpan now)
        {
            scheduler.Place(Query(id, 100, maxNewTokens: 40), Match(6), now);
            double[] loads = [.. scheduler.LastCosts.ToArray().Select(cost => cost.Terms[0])];
            scheduler.Complete(new RequestId(id), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), now);
            return loads[0];
        }

        // All have been cancelled, which changes nothing: the load is history. Outputs have never been seen, so the request's own limit bounds the
        // guess.
        double expected = (10 * Fast.PrefillSeconds(1000, 0)) + (10 * 40 * (Fast.DecodeStepSeconds(1, 0) + (Fast.Delta * (1000 + 20))));
        Load("soon", Start + Seconds(1)).Should().BeApproximately(expected, 1e-9);
        Load("in the window", Start + Seconds(169)).Should().BeApproximately(expected, 1e-9);
        Load("after", Start + Seconds(181)).Should().BeLessThan(expected / 2);
    }

    [Fact]
    public void CostsAreCountedForEachWorkerWithItsOwnRatesAndOutputs()
    {
        GlobalScheduler scheduler = Scheduler("e2", Profile("fast"), Profile("slow", Fast.Times(3)));
        foreach (string worker in (string[])["fast", "slow"])
        {
            string other = worker == "fast" ? "slow" : "fast";
            scheduler.Place(Query("at " + worker, 1000, maxNewTokens: 1000, excluded: other), Match(62), Start);
            var facts = new CompletionFacts(CompletionOutcome.Completed, 0, worker == "fast" ? 10 : 300, null, 1);
            scheduler.Complete(new RequestId("at " + worker), facts, Start);
        }

        scheduler.Place(Query("new", 500), Match(31), Start);
        ReadOnlySpan<CandidateCost> costs = scheduler.LastCosts;
        costs[0].Terms[2].Should().BeApproximately(Fast.PrefillSeconds(500, 0), 1e-12);
        costs[1].Terms[2].Should().BeApproximately(3 * Fast.PrefillSeconds(500, 0), 1e-12);
        double Load(int output) => Fast.PrefillSeconds(1000, 0) + (output * (Fast.DecodeStepSeconds(1, 0) + (Fast.Delta * (1000 + (output / 2)))));
        costs[0].Terms[0].Should().BeApproximately(Load(10), 1e-9);
        costs[1].Terms[0].Should().BeApproximately(3 * Load(300), 1e-9);
    }

    [Fact]
    public void EvictingWhatOthersUseCostsItsPrefillTimesItsShareOfRequests()
    {
        GlobalScheduler scheduler = Scheduler("e2", Profile("a"));
        var match = new PrefixMatch();
        match.Reset(10);
        match.Add(new WorkerMatch(new WorkerId("a"), 0, 0, new Eviction(Tokens: 800, HalfSquares: 320_000)));
        scheduler.Place(Query("new", 160), match, Start);
        scheduler.LastCosts[0].Terms[1].Should().BeApproximately((Fast.Alpha * 800) + (Fast.Beta * 320_000), 1e-12);
    }

    [Fact]
    public void ExploringGivesAPromptToAWorkerHeavyInDecodesBeforeComparingCosts()
    {
        GlobalScheduler scheduler = Loaded(Profile("decodes"), Profile("prefills"), sentToFirst: 5);
        void Report(string worker, int number, int decoding, int waiting) => scheduler.Report(
            Given.Report(
                worker,
                number,
                [
                    .. Enumerable.Range(0, decoding).Select(i => Decoding($"{worker}.d{i}", 500)),
                    .. Enumerable.Range(0, waiting).Select(i => Waiting($"{worker}.w{i}", 100)),
                ]),
            Start).Should().Be(ReportOutcome.Applied);

        Report("decodes", 1, decoding: 14, waiting: 1);
        Report("prefills", 1, decoding: 8, waiting: 8);
        scheduler.Place(Query("few", 1600), Match(100), Start).Worker.Value.Should().Be("prefills", "of fifteen sequences the share says nothing");
        Report("decodes", 2, decoding: 18, waiting: 0);
        scheduler.Place(Query("new", 1600), Match(100), Start).Worker.Value.Should().Be("decodes");
        DecisionRecord record = scheduler.Explain(new RequestId("new"))!;
        record.Candidates[0].Total.Should().BeGreaterThan(record.Candidates[1].Total, "costs alone would have said otherwise");
        scheduler.Place(Query("hit", 1600), Match(100, ("prefills", 95)), Start).Worker.Value.Should().Be("prefills", "exploiting comes first");
    }

    [Fact]
    public void AWorkerIsHeavyInDecodesOnlyUntilPromptsWaitThere()
    {
        GlobalScheduler scheduler = Scheduler("e2", Profile("a"), Profile("b"));
        scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 30).Select(i => Decoding("a" + i, 500))]), Start);
        scheduler.Report(Report("b", 1, [.. Enumerable.Range(0, 30).Select(i => Decoding("b" + i, 500)), .. Enumerable.Range(0, 20).Select(i => Waiting("bw" + i, 9))]), Start);
        string[] workers = [.. Enumerable.Range(0, 40).Select(i => scheduler.Place(Query("new" + i, 1600), Match(100), Start).Worker.Value)];
        workers.Take(5).Should().Equal(["a", "a", "a", "a", "b"], "30 of 34 are no more than 1.2 times the mean with 30 of 50");
        workers.Count(worker => worker == "a").Should().Be(20, "then costs decide");
    }

    /// <summary>One of twenty is a multiple of none of twenty, and makes no worker heavy in decodes.</summary>
    [Fact]
    public void AWorkerThatMostlyPrefillsIsNotHeavyInDecodes()
    {
        GlobalScheduler scheduler = Loaded(Profile("one"), Profile("none"), sentToFirst: 5);
        ReportedSequence[] Queue(string worker, int decoding) =>
            [.. Enumerable.Range(0, 20).Select(i => i < decoding ? Decoding(worker + i, 500) : Waiting(worker + i, 500))];
        scheduler.Report(Report("one", 1, Queue("one", decoding: 1)), Start);
        scheduler.Report(Report("none", 1, Queue("none", decoding: 0)), Start);
        scheduler.Place(Query("new", 1600), Match(100), Start).Worker.Value.Should().Be("none");
    }

    [Fact]
    public void WithoutDecodeBalancingCostsAloneDecideWhereToExplore()
    {
        foreach (bool balances in (bool[])[true, false])
        {
            var policy = new E2Policy(new PolicyOptions { E2BalancesDecodes = balances });
            GlobalScheduler scheduler = Scheduler(policy, Profile("decodes"), Profile("idle"), Profile("prefills"));
            scheduler.Place(Query("history", 1000, excluded: ["idle", "prefills"]), Match(62), Start);
            scheduler.Report(Report("decodes", 1, [.. Enumerable.Range(0, 20).Select(i => Decoding("d" + i, 500))]), Start);
            scheduler.Report(Report("prefills", 1, [.. Enumerable.Range(0, 20).Select(i => Waiting("p" + i, 500))]), Start);
            string worker = scheduler.Place(Query("new", 1600), Match(100), Start).Worker.Value;
            (worker == "decodes").Should().Be(balances);
        }
    }

    private static GlobalScheduler Loaded(WorkerProfile first, WorkerProfile second, int sentToFirst)
    {
        GlobalScheduler scheduler = Scheduler("e2", first, second);
        for (int i = 0; i < sentToFirst; i++)
        {
            string id = "load" + i;
            scheduler.Place(Query(id, 1000, excluded: second.Id.Value), Match(62), Start);
            scheduler.Complete(new RequestId(id), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), Start);
        }

        return scheduler;
    }
}
