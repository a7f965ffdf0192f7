using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class GlobalSchedulerTests
{
    private static readonly PrefixMatch Nothing = Match(4096);

    [Fact]
    public void APlacedRequestIsLoadAtOnce()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"), Profile("b"));
        PlacementResult first = scheduler.Place(Query("1", 1000), Match(62, ("a", 50)), default);
        WorkerView view = scheduler.Workers.Single(worker => worker.Id == first.Worker);
        view.Sequences.Should().Be(1);
        view.Waiting.Should().Be(1);
        view.ContextTokens.Should().Be(1000);
        view.QueuedPrefillTokens.Should().Be(1000 - first.CachedTokens);
        view.QueuedPrefillSeconds.Should().BeApproximately(first.PrefillSeconds, 1e-8);
        scheduler.Place(Query("2", 1000), Nothing, default).Worker.Should().NotBe(first.Worker);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void WithoutWorkersOrWithAllExcludedThereIsNoWorker()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost");
        scheduler.Place(Query("1", 10), Nothing, default).Outcome.Should().Be(PlacementOutcome.NoWorker);
        scheduler.AddWorker(Profile("a"), default);
        scheduler.Place(Query("1", 10, excluded: "a"), Nothing, default).Outcome.Should().Be(PlacementOutcome.NoWorker);
        scheduler.AddWorker(Profile("b"), default);
        scheduler.Place(Query("1", 10, excluded: "a"), Nothing, default).Worker.Value.Should().Be("b");
    }

    [Fact]
    public void APromptGoesOnlyWhereItFitsAndIsTooLongWhereNoneHoldsIt()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("small", kvTokens: 160), Profile("large", kvTokens: 320));
        scheduler.Place(Query("1", 319), Match(19, ("small", 19)), default).Worker.Value.Should().Be("large");
        scheduler.Place(Query("2", 320), Match(20), default).Outcome.Should().Be(PlacementOutcome.PromptTooLong);
        scheduler.Place(Query("3", 319, excluded: "large"), Match(19), default).Outcome.Should().Be(PlacementOutcome.PromptTooLong);
    }

    [Fact]
    public void WhenEveryQueueIsAtItsBoundTheQueueIsFullUntilAReportShowsRoom()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a", waitingMax: 2), Profile("b", waitingMax: 2));
        for (int i = 0; i < 4; i++)
        {
            scheduler.Place(Query("r" + i, 1000), Nothing, default).Outcome.Should().Be(PlacementOutcome.Placed);
        }

        PlacementResult refused = scheduler.Place(Query("more", 1000), Nothing, default);
        refused.Outcome.Should().Be(PlacementOutcome.QueueFull);
        refused.RetryAfterSeconds.Should().BeGreaterThan(0);
        scheduler.LiveRequestCount.Should().Be(4);

        scheduler.Report(Report("b", 1, Decoding("r1", 1000), Prefilling("r3", 500, 500)), default);
        scheduler.Place(Query("three", 1000, choices: 3), Nothing, default).Outcome.Should().Be(PlacementOutcome.QueueFull);
        scheduler.Place(Query("two", 1000, choices: 2), Nothing, default).Worker.Value.Should().Be("b");
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void TheSchedulerHasNoMoreLiveRequestsThanItsBound()
    {
        var scheduler = new GlobalScheduler(SmallOptions with { LiveRequestsMax = 3 }, new RoundRobinPolicy());
        scheduler.AddWorker(Profile("a"), default);
        for (int i = 0; i < 5; i++)
        {
            scheduler.Place(Query("r" + i, 10), Nothing, default).Outcome.Should().Be(i < 3 ? PlacementOutcome.Placed : PlacementOutcome.QueueFull);
        }

        scheduler.CheckIntegrity();
        scheduler.Complete(new RequestId("r0"), default, default).Should().BeTrue();
        scheduler.Place(Query("r5", 10), Nothing, default).Outcome.Should().Be(PlacementOutcome.Placed);
    }

    [Fact]
    public void AtLeastOneTokenOfAPromptIsComputedHoweverMuchIsCached()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        scheduler.Place(Query("1", 160), Match(10, ("a", 10)), default).CachedTokens.Should().Be(144);
        scheduler.Place(Query("2", 161), Match(10, ("a", 10)), default).CachedTokens.Should().Be(160);
    }

    [Fact]
    public void AReportIsIdempotentAndALateOneIsIgnored()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.Place(Query("1", 1000), Nothing, default);
        WorkerView view = scheduler.Workers[0];
        WorkerReport report = Report("a", 5, Prefilling("1", 400, 600), Decoding("unknown", 2000));
        scheduler.Report(report, default).Should().Be(ReportOutcome.Applied);
        (int, int, int, long, long, long) Load() =>
            (view.Sequences, view.Waiting, view.Decoding, view.ContextTokens, view.DecodeContextTokens, view.QueuedPrefillTokens);
        Load().Should().Be((2, 0, 1, 3000, 2000, 400));
        view.HeldTokens.Should().Be(2992);

        scheduler.Report(report, default).Should().Be(ReportOutcome.Stale);
        scheduler.Report(report with { Sequence = 6 }, default).Should().Be(ReportOutcome.Applied);
        Load().Should().Be((2, 0, 1, 3000, 2000, 400));
        scheduler.Report(Report("a", 4), default).Should().Be(ReportOutcome.Stale);
        scheduler.Report(report with { Epoch = 2, Sequence = 9 }, default).Should().Be(ReportOutcome.Stale);
        scheduler.Report(Report("b", 1), default).Should().Be(ReportOutcome.UnknownWorker);
        Load().Should().Be((2, 0, 1, 3000, 2000, 400));
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void AReportThatCannotBeIsNotUsed()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a", waitingMax: 1));
        WorkerReport good = Report("a", 1, Decoding("x", 100));
        ReportedSequence[] tooMany = [.. Enumerable.Range(0, 258).Select(i => Decoding("y" + i, 10))];
        foreach (WorkerReport bad in (WorkerReport[])[
            good with { Sequences = new[] { Decoding("x", 100) with { PrefillTokensLeft = 101 } } },
            good with { Sequences = new[] { Decoding("x", 100) with { Generated = -1 } } },
            good with { Sequences = new[] { Decoding("x", 100) with { Phase = (ReportedPhase)9 } } },
            good with { Pages = new ReportedPages(-1, 0, 0, 0) },
            good with { Sequences = tooMany }])
        {
            scheduler.Report(bad, default).Should().Be(ReportOutcome.Malformed);
        }

        scheduler.Workers[0].Sequences.Should().Be(0);
        scheduler.Report(good, default).Should().Be(ReportOutcome.Applied);
    }

    [Fact]
    public void ARequestOnItsWayCountsUntilItIsSeenOrItsTimeIsOver()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        WorkerView view = scheduler.Workers[0];
        scheduler.Place(Query("1", 1000), Nothing, default);
        scheduler.Report(Report("a", 1), Seconds(1));
        view.Sequences.Should().Be(1, "the report may have been made before the request arrived");
        scheduler.Report(Report("a", 2, Decoding("1", 1000)), Seconds(2));
        view.Decoding.Should().Be(1);
        scheduler.Report(Report("a", 3), Seconds(3));
        view.Sequences.Should().Be(0, "what was seen and is gone has ended");

        scheduler.Place(Query("2", 1000), Nothing, Seconds(4));
        scheduler.Report(Report("a", 4), Seconds(33));
        view.Sequences.Should().Be(1);
        scheduler.Report(Report("a", 5), Seconds(34));
        view.Sequences.Should().Be(0, "the worker would have reported it by now");
        scheduler.LiveRequestCount.Should().Be(0);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void ASeenRequestStaysAsLongAsItIsReported()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.Place(Query("1", 1000), Nothing, default);
        for (int i = 1; i <= 10; i++)
        {
            scheduler.Report(Report("a", i, Decoding("1", 1000 + i)), Seconds(20 * i));
            scheduler.Workers[0].DecodeContextTokens.Should().Be(1000 + i);
        }
    }

    [Fact]
    public void ChoicesOfARequestComputeTheirPromptOnce()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.Place(Query("1", 1000, choices: 3), Nothing, default);
        scheduler.Workers[0].QueuedPrefillTokens.Should().Be(1000);
        scheduler.Workers[0].ContextTokens.Should().Be(3000);
        scheduler.Report(Report("a", 1, Prefilling("1", 600, 400), Waiting("1", 1000, choice: 1), Waiting("1", 1000, choice: 2)), default);
        scheduler.Workers[0].QueuedPrefillTokens.Should().Be(600);
        scheduler.Workers[0].Waiting.Should().Be(2);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void CompletionIsIdempotentAndTeachesHowLongAnswersAre()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.MeanOutputTokens.Should().Be(SmallOptions.OutputTokensGuess);
        scheduler.Place(Query("1", 1000, choices: 2), Nothing, default);
        var facts = new CompletionFacts(CompletionOutcome.Completed, 0, 80, 0.2, 1.5);
        scheduler.Complete(new RequestId("1"), facts, default).Should().BeTrue();
        scheduler.MeanOutputTokens.Should().Be(40, "two choices made 80 tokens");
        scheduler.Complete(new RequestId("1"), facts with { OutputTokens = 9999 }, default).Should().BeFalse();
        scheduler.Complete(new RequestId("never"), facts, default).Should().BeFalse();
        scheduler.MeanOutputTokens.Should().Be(40);
        scheduler.Workers[0].Sequences.Should().Be(0);
        scheduler.Workers[0].Window.OutputTokens.Should().Be(80);

        scheduler.Place(Query("2", 1000), Nothing, default);
        scheduler.Complete(new RequestId("2"), facts with { Outcome = CompletionOutcome.Cancelled, OutputTokens = 1 }, default).Should().BeTrue();
        scheduler.MeanOutputTokens.Should().Be(40, "an answer cut short says nothing of how long answers are");
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void ACompletionThatOvertakesAReportIsNotCountedAgain()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.Place(Query("1", 1000), Nothing, default);
        scheduler.Report(Report("a", 1, Decoding("1", 1000)), default);
        scheduler.Complete(new RequestId("1"), default, default);
        scheduler.Report(Report("a", 2, Decoding("1", 1001)), default);
        scheduler.Workers[0].Sequences.Should().Be(0);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void ARequestPlacedAgainLeavesItsFirstWorker()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"), Profile("b"));
        string first = scheduler.Place(Query("1", 1000), Nothing, default).Worker.Value;
        PlacementResult second = scheduler.Place(Query("1", 1000, excluded: first), Nothing, default);
        second.Worker.Value.Should().NotBe(first);
        scheduler.Workers.Single(worker => worker.Id.Value == first).Sequences.Should().Be(0);
        scheduler.LiveRequestCount.Should().Be(1);
        scheduler.Explain(new RequestId("1"))!.Worker.Should().Be(second.Worker);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void AWorkerThatGoesTakesItsRequestsWithIt()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"), Profile("b"));
        for (int i = 0; i < 6; i++)
        {
            scheduler.Place(Query("r" + i, 100), Nothing, default);
        }

        scheduler.RemoveWorker(new WorkerId("a")).Should().BeTrue();
        scheduler.RemoveWorker(new WorkerId("a")).Should().BeFalse();
        scheduler.LiveRequestCount.Should().Be(3);
        scheduler.Workers.Should().ContainSingle().Which.Id.Value.Should().Be("b");
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void ALaterStartOfAWorkerReplacesTheEarlierOne()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a", epoch: 2));
        scheduler.Place(Query("1", 100), Nothing, default);
        scheduler.AddWorker(Profile("a", epoch: 2), default).Should().Be(AddWorkerOutcome.Unchanged);
        scheduler.AddWorker(Profile("a", epoch: 1), default).Should().Be(AddWorkerOutcome.Stale);
        scheduler.Workers[0].Sequences.Should().Be(1);
        scheduler.AddWorker(Profile("a", Fast.Times(2), epoch: 3), default).Should().Be(AddWorkerOutcome.Replaced);
        scheduler.Workers[0].Sequences.Should().Be(0);
        scheduler.Workers[0].Rates.Should().Be(Fast.Times(2));
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void NoMoreWorkersJoinThanTheBound()
    {
        GlobalScheduler scheduler = Scheduler("least-load", [.. Enumerable.Range(0, 64).Select(i => Profile("w" + i))]);
        scheduler.AddWorker(Profile("one more"), default).Should().Be(AddWorkerOutcome.TooMany);
    }

    [Fact]
    public void ADecisionIsExplainedWithItsCostsAndWhatCameOfIt()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", roundTrip: 0.001), Profile("b"));
        PlacementResult placed = scheduler.Place(Query("1", 1000), Match(62, ("a", 60)), Seconds(3));
        DecisionRecord record = scheduler.Explain(new RequestId("1"))!;
        record.Worker.Value.Should().Be("a");
        record.CachedTokens.Should().Be(960);
        record.At.Should().Be(Seconds(3));
        record.TtftSeconds.Should().Be(placed.TtftSeconds);
        record.Terms.Should().Equal("round-trip", "wait", "prefill", "decode", "others", "overflow", "eviction", "followers", "copy");
        record.Candidates.Select(candidate => candidate.Worker.Value).Should().Equal("a", "b");
        record.Candidates.Should().OnlyContain(candidate => Math.Abs(candidate.Total - candidate.Terms.Sum()) < 1e-12);
        record.Candidates[0].Total.Should().BeLessThan(record.Candidates[1].Total);
        scheduler.LastCosts[1].Total.Should().Be(record.Candidates[1].Total);
        record.Actual.Should().BeNull();

        var facts = new CompletionFacts(CompletionOutcome.LengthLimit, 944, 100, 0.03, 1.2);
        scheduler.Complete(new RequestId("1"), facts, Seconds(4));
        scheduler.Explain(new RequestId("1"))!.Actual.Should().Be(facts);
        scheduler.Explain(new RequestId("2")).Should().BeNull();
        (scheduler.Knows(new RequestId("1")), scheduler.Knows(new RequestId("2"))).Should().Be((true, false));
    }

    [Fact]
    public void OldDecisionsAreForgottenAndOldCostTablesBeforeThem()
    {
        WorkerProfile[] profiles = [.. Enumerable.Range(0, 60).Select(i => Profile("w" + i))];
        GlobalScheduler scheduler = Scheduler("least-load", profiles);
        for (int i = 0; i < 300; i++)
        {
            scheduler.Place(Query("r" + i, 100), Nothing, default);
            scheduler.CheckIntegrity();
        }

        scheduler.Explain(new RequestId("r43")).Should().BeNull("256 decisions are kept");
        scheduler.Explain(new RequestId("r44"))!.Candidates.Should().BeEmpty("1024 rows are kept");
        for (int i = 299; i >= 290; i--)
        {
            DecisionRecord record = scheduler.Explain(new RequestId("r" + i))!;
            record.Candidates.Select(candidate => candidate.Worker).Should().Equal(profiles.Select(profile => profile.Id));
        }
    }

    [Theory]
    [InlineData(5, 40)]
    [InlineData(40, 5)]
    [InlineData(20, 5)]
    public void OfALongCostTableTheChosenAndTheCheapestAreKeptAndTold(int rowsKept, int rowsTold)
    {
        var random = new Random(1);
        var scheduler = new GlobalScheduler(SmallOptions with { CostRowsPerDecisionMax = rowsKept }, PlacementPolicies.Create("e2", new PolicyOptions()));
        for (int i = 0; i < 40; i++)
        {
            scheduler.AddWorker(Profile("w" + i, Fast.Times(1 + random.NextDouble())), default);
        }

        for (int round = 0; round < 50; round++)
        {
            // Exploiting may choose a worker that is not among the cheapest.
            PlacementResult placed = scheduler.Place(Query("r" + round, 1600), Match(100, ("w" + random.Next(40), 80)), default);
            List<double> totals = [.. scheduler.LastCosts.ToArray().Select(cost => cost.Total)];
            int chosen = scheduler.LastCandidates.ToArray().ToList().FindIndex(candidate => candidate.Worker.Id == placed.Worker);
            DecisionRecord record = scheduler.Explain(new RequestId("r" + round), rowsTold)!;
            record.Candidates[0].Worker.Should().Be(placed.Worker);
            record.Candidates[0].Total.Should().Be(totals[chosen]);
            totals.RemoveAt(chosen);
            record.Candidates.Skip(1).Select(candidate => candidate.Total).Should().Equal(totals.Order().Take(4));
        }
    }

    [Fact]
    public void AMatchOfAnyOrderAndOfUnknownWorkersIsReadByName()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"), Profile("b"), Profile("c"));
        for (int i = 0; i < 20; i++)
        {
            string cached = "abc"[i % 3].ToString();
            string other = "abc"[(i + 1) % 3].ToString();
            PrefixMatch match = i % 2 == 0
                ? Match(100, (cached, 100), ("gone", 50), (other, 2))
                : Match(100, ("gone", 100), (other, 2), (cached, 100));
            scheduler.Place(Query("r" + i, 1600), match, default).Worker.Value.Should().Be(cached);
            scheduler.Complete(new RequestId("r" + i), default, default);
        }
    }

    [Fact]
    public void AnUnknownPolicyNamesThoseThatExist()
    {
        Action create = () => PlacementPolicies.Create("random-ish", new PolicyOptions());
        create.Should().Throw<ArgumentException>().WithMessage("*'random-ish'*marginal-cost, e2, least-load, round-robin*");
        foreach (string name in PlacementPolicies.Names)
        {
            PlacementPolicies.Create(name, new PolicyOptions()).Name.Should().Be(name);
        }
    }
}
