using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class MarginalCostPolicyTests
{
    /// <summary>Memory waited for or not; in a queue in order of arrival, and in one where the prompt passes one of the two that wait, as the other has a slot.</summary>
    [Theory]
    [InlineData(10_500, 0, 50)]
    [InlineData(11_500, 0, 50)]
    [InlineData(12_500, 0, 50)]
    [InlineData(12_500, 10, 50)]
    [InlineData(10_500, 10, 50)]
    [InlineData(7500, 10, 50)]
    [InlineData(10_500, 10, 1)]
    public void TheCostIsTheFormulaWrittenOutByHand(int memory, int groups, int answer)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", kvTokens: memory, roundTrip: 0.002, groups: groups));
        ReportedSequence[] waiting = [.. "vw".Select(name => Waiting($"{name}", left: 3000, cached: 700) with { UnheldTokens = 500 })];
        WorkerReport report = Report("a", 1, [.. waiting, Prefilling("p", left: 1000, done: 500), Decoding("d", context: 4000), Decoding("e", context: 4000)]);
        scheduler.Report(report with { Pages = new ReportedPages(0, 0, 3200 / 16, memory / 16) }, default);
        scheduler.Place(Query("new", 2000, maxNewTokens: answer), Match(125, ("a", 100)), default);

        double m = 1600, u = 400, o = answer, n = 5, prompt = 2000, ctx = 7400 + 1500 + 8000;
        double p = Fast.PrefillSeconds(u, m);
        double d = Fast.T0 + (2 * Fast.Gamma) + (Fast.Delta * 8000);
        double waiter = Fast.PrefillSeconds(3000, 700);
        double q = (2 * waiter) + Fast.PrefillSeconds(1000, 500);
        double wait = groups == 0 ? q + (4 * d) : q - waiter + (2 * d);
        double beside = groups == 0 ? 0 : Math.Min(waiter, o * Fast.PrefillSeconds(2048, 0));
        double own = (3 * (0.002 + wait + p + d)) + (2 * beside) + (o * (Fast.T0 + (Fast.Gamma * (n + 1)) + (Fast.Delta * (ctx + prompt + (o / 2)))));

        double over = Math.Max(0, 3200 + 8000 + u + o - memory);

        // Two decode, of 128 tokens each as long as no answer has ended; a chunk in which they get a token each takes as long as one of 2048 tokens alone. They
        // do not count where memory is what it waits for.
        double prefills = groups == 0 ? q : q - waiter;
        double ended = over > 0 ? 0 : 2 * (prefills / Fast.PrefillSeconds(2048, 0) / 128) * (1 - (u / 2048 / 128));
        double others = (p * n) - (ended * p) + (0.5 * o * (Fast.Gamma + (Fast.Delta * (prompt + (o / 2)))) * n);
        double holders = Math.Min(2, 8000.0 / 3200);
        double turnover = holders * ((o * (Fast.T0 + (Fast.Gamma * n) + (Fast.Delta * ctx))) + Math.Min(q, q * o / (7000.0 / 2048)));
        double before = Math.Max(0, over - (groups == 0 ? 0 : 3000));
        double overflow = 3 * turnover / memory * ((before * u) + (Math.Min(before, 1000) * m)) / prompt;
        scheduler.LastCosts[0].Total.Should().BeApproximately(own + others + overflow, 1e-6);

        // The match says nothing of evictions; another one says that half of them are regretted, and the memory would be full.
        PrefixMatch regretted = Match(125, ("a", 100));
        regretted.EvictionRegret = 0.5;
        scheduler.Place(Query("new", 2000, maxNewTokens: answer), regretted, default);
        double queue = 3 * (3.0 / 128);
        double crowd = 2 * ((d / Fast.T0) - 1) / 16;
        double followers = queue + (2 * (1 - (0.5 / 0.6)) * (1 - (0.5 / 0.6)) * crowd);
        double room = turnover * Math.Min(over, u + o) / memory;
        double eviction = 0.5 / 0.6 * (p + d) * (3 + n + followers);
        double goesOn = 1.0 / 128;
        double keeping = 0.5 / 0.6 * goesOn / (1 - goesOn) * Fast.PrefillSeconds(2000, 0) * (3 + n);
        scheduler.LastCosts[0].Total.Should().BeApproximately(
            own + others + overflow + eviction + keeping + (followers * p) + (queue * room), 1e-6, "the first found three waiting, and what was its own");
    }

    /// <summary>
    /// Everybody waits everywhere. Whether it is worth computing again what the owner has depends on whether others will wait behind it, as in the
    /// saturated cluster of docs/benchmarks/simulation-2026-12-01.md.
    /// </summary>
    [Fact]
    public void WhereEveryoneWaitsAPromptStaysWithItsOwner()
    {
        foreach (bool saturated in (bool[])[false, true])
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("owner", groups: 0), Profile("other", groups: 0));
            for (int i = 0; saturated && i < 200; i++)
            {
                scheduler.Report(Report("owner", i + 1, [.. Enumerable.Range(0, 8).Select(w => Waiting("w" + w, 1600))]), default);
                scheduler.Report(Report("other", i + 1, [.. Enumerable.Range(0, 8).Select(w => Waiting("v" + w, 1600))]), default);
                var id = new RequestId("before" + i);
                scheduler.Place(Query("before" + i, 1600), Match(100), default);
                scheduler.Complete(id, new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), default);
            }

            scheduler.Report(Report("owner", 1000, [.. Enumerable.Range(0, 4).Select(w => Waiting("w" + w, 1600))]), default);
            scheduler.Report(Report("other", 1000, Waiting("v", 1600)), default);
            string worker = scheduler.Place(Query("new", 3200), Match(200, ("owner", 190)), default).Worker.Value;
            worker.Should().Be(saturated ? "owner" : "other");
        }
    }

    /// <summary>What waited once says nothing when prompts come seldom, and even less a day later.</summary>
    [Fact]
    public void WhoeverWaitedIsForgottenOnceNobodyComes()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        WorkerView worker = scheduler.Workers[0];
        for (int i = 0; i < 500; i++)
        {
            scheduler.Report(Report("a", i + 1, [.. Enumerable.Range(0, 10).Select(w => Waiting("w" + w, 100))]), Seconds(i));
            scheduler.Place(Query("r" + i, 100), Match(6), Seconds(i));
            scheduler.Complete(new RequestId("r" + i), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), Seconds(i));
        }

        worker.Followers(Seconds(500)).Should().BeInRange(9.5, 10);
        worker.Followers(Seconds(503)).Should().Be(worker.Followers(Seconds(500)), "gaps of a few means are nothing unusual");
        worker.Followers(Seconds(540)).Should().BeInRange(0.5, 2);
        worker.Followers(Seconds(86_400)).Should().BeLessThan(1e-9);
    }

    /// <summary>Whatever is queued and free: only what finds no room drives out anything, token for token, and that alone is what an eviction costs.</summary>
    [Fact]
    public void OnlyWhatFindsNoRoomDrivesOutAnything()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            int total = random.Next(1000, 3000);
            int free = random.Next(4) == 0 ? 0 : random.Next(total + 1);
            int queued = random.Next(3) == 0 ? 0 : random.Next(1, 16_000);
            int prompt = random.Next(64, 16_000);
            GlobalScheduler scheduler = WithFree(free);
            WorkerView worker = scheduler.Workers[0];
            double room = (16.0 * free) - queued;
            worker.DisplacedTokens(prompt).Should().BeApproximately(Math.Min(prompt, Math.Max(0, prompt - room)), 1e-6);
            worker.DisplacedTokens(prompt + 1).Should().BeInRange(worker.DisplacedTokens(prompt), worker.DisplacedTokens(prompt) + 1 + 1e-9);

            // The same worker without an empty page, which has room for nothing.
            double whole = EvictionCost(WithFree(0), prompt);
            whole.Should().BePositive();
            (EvictionCost(scheduler, prompt) / whole).Should().BeApproximately(Math.Clamp((prompt - room) / prompt, 0, 1), 1e-9);

            GlobalScheduler WithFree(int pages)
            {
                GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", kvTokens: 16 * total));
                WorkerReport report = Report("a", 1, queued > 0 ? [Waiting("q", queued)] : []);
                scheduler.Report(report with { Pages = new ReportedPages(pages, total - pages, 0, total) }, default);
                return scheduler;
            }
        }

        static double EvictionCost(GlobalScheduler scheduler, int prompt)
        {
            PrefixMatch match = Match(prompt / 16);
            match.EvictionRegret = 0.5;
            scheduler.Place(Query("new", prompt, maxNewTokens: 50), match, default);
            return scheduler.LastCosts[0].Terms[6];
        }
    }

    /// <summary>Before its first report a worker is empty but for what was sent to it.</summary>
    [Fact]
    public void AWorkerThatHasNotReportedHasRoomForWhatIsNotPromisedYet()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", kvTokens: 10_000));
        WorkerView worker = scheduler.Workers[0];
        worker.DisplacedTokens(10_000).Should().Be(0);
        scheduler.Place(Query("first", 8000), Match(500), default);
        worker.DisplacedTokens(10_000).Should().Be(8000);
    }

    /// <summary>
    /// Documents come to workers that have computed nothing yet. The larger one has the longer queue, and room for another document; the smaller one gets it only
    /// if it has, too.
    /// </summary>
    [Theory]
    [InlineData(26_000, "small")]
    [InlineData(16_000, "large")]
    public void ADocumentGoesWhereItHasRoom(int memory, string where)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("small", kvTokens: memory), Profile("large", kvTokens: 40_000));
        scheduler.Report(Report("small", 1, Waiting("f", 12_000)) with { Pages = new ReportedPages(memory / 16, 0, 0, memory / 16) }, default);
        scheduler.Report(Report("large", 1, Waiting("r", 12_500)) with { Pages = new ReportedPages(2500, 0, 0, 2500) }, default);
        PrefixMatch match = Match(500);
        match.EvictionRegret = 0.5;
        scheduler.Place(Query("new", 8000, maxNewTokens: 50), match, default).Worker.Value.Should().Be(where);
    }

    /// <summary>As Mooncake's rule, if nothing counts but the first token.</summary>
    [Fact]
    public void WithoutOutputAndOthersItIsTheLeastTimeToTheFirstToken()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            WorkerProfile[] profiles = [.. Enumerable.Range(0, 6).Select(i => Profile("w" + i, Fast.Times(0.5 + random.NextDouble())))];
            GlobalScheduler scheduler = Scheduler("marginal-cost", profiles);
            PrefixMatch match = Match(500, ("w" + random.Next(6), random.Next(500)));
            PlacementResult placed = scheduler.Place(Query("new", 8000, maxNewTokens: 1), match, default);
            placed.TtftSeconds.Should().BeApproximately(
                scheduler.LastCosts.ToArray().Min(cost => (cost.Terms[0] + cost.Terms[1] + cost.Terms[2]) / 3), 1e-3);
        }
    }

    [Fact]
    public void AHotPrefixSpreadsAsSoonAsWaitingCostsMoreThanComputing()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("owner"), Profile("other"));
        int before = 0;
        while (scheduler.Place(Query("r" + before, 3200), Match(200, ("owner", 190)), default).Worker.Value == "owner")
        {
            before.Should().BeLessThan(100, "the owner must not take all");
            before++;
        }

        before.Should().BeGreaterThan(0, "an idle owner is best");
    }

    /// <summary>
    /// A text of 8000 tokens lies with the slow worker, the fast one is busy. To compute it there takes more from those than one prompt gains, and less
    /// than those gain that follow.
    /// </summary>
    [Theory]
    [InlineData(1000, 0, false)]
    [InlineData(0.05, 0, true)]
    [InlineData(0.05, 0.6, false)]
    public void ACopyIsMadeForThoseThatFollowWhereMemoryKeepsIt(double secondsBetween, double regret, bool isCopied)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("fast"), Profile("slow", Fast.Times(6)));
        scheduler.Report(Report("fast", 1, [.. Enumerable.Range(0, 40).Select(i => Decoding("d" + i, 1000))]), default);
        PageKey[] keys = [.. Enumerable.Range(1, 505).Select(i => new PageKey((ulong)i))];
        bool wentToFast = false;
        for (int i = 0; i < 20; i++)
        {
            PrefixMatch match = Match(505, ("slow", 500));
            match.EvictionRegret = regret;
            string worker = scheduler.Place(Query("q" + i, 8080, maxNewTokens: 100) with { Keys = keys }, match, Seconds(i * secondsBetween)).Worker.Value;
            wentToFast |= worker == "fast";
            scheduler.LastCosts[1].Terms[8].Should().BeGreaterThanOrEqualTo(scheduler.LastCosts[0].Terms[8], "by a copy those that follow lose nothing");
            scheduler.Complete(new RequestId("q" + i), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), Seconds(i * secondsBetween));
        }

        wentToFast.Should().Be(isCopied);
    }
}
