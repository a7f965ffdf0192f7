using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>How the scheduler uses what the workers' steps took.</summary>
public sealed class CalibrationTests
{
    private static readonly PrefixMatch Nothing = Match(4096);

    [Fact]
    public void AWorkersRatesFollowItsStepsAndNoOtherWorkers()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"), Profile("b"));
        Teach(scheduler, "a", Fast.Times(2), reports: 500);
        scheduler.Workers[0].DecodeStepSeconds.Should().BeApproximately(2 * Fast.T0, 0.2 * Fast.T0);
        scheduler.Workers[1].Rates.Should().Be(Fast);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void PromptsGoWhereTheMeasuredRatesSayAndPredictionsWithThem()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("slow"), Profile("fast"));
        Teach(scheduler, "slow", Fast.Times(2), reports: 500);
        Teach(scheduler, "fast", Fast.Times(0.5), reports: 500);
        for (int i = 0; i < 20; i++)
        {
            PlacementResult placed = scheduler.Place(Query("r" + i, 2000), Nothing, default);
            placed.Worker.Value.Should().Be("fast");
            placed.PrefillSeconds.Should().BeApproximately(0.5 * Fast.PrefillSeconds(2000, 0), 0.1 * Fast.PrefillSeconds(2000, 0));
            scheduler.Complete(new RequestId("r" + i), default, default);
        }
    }

    [Fact]
    public void AWorkerThatNobodyHasTriedGetsOnePromptToBeMeasuredBy()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("told right"), Profile("told twice too slow", Fast.Times(2)));
        WorkerView untried = scheduler.Workers[1];
        Send("first").Should().Be("told right");
        untried.IsUntried.Should().BeFalse("nothing is known of the other either");
        Teach(scheduler, "told right", Fast, reports: 10);
        untried.IsUntried.Should().BeTrue();
        scheduler.CheckIntegrity();
        Send("cached", Match(125, ("told right", 70))).Should().Be("told right", "what is mostly cached somewhere is not risked");
        untried.IsUntried.Should().BeTrue();
        Send("second").Should().Be("told twice too slow");
        untried.IsUntried.Should().BeFalse();
        Send("third").Should().Be("told right", "it has had its chance, and its steps have not been told yet");
        Teach(scheduler, "told twice too slow", Fast.Times(0.8), reports: 100);
        Send("fourth").Should().Be("told twice too slow");
        scheduler.AddWorker(Profile("late", Fast.Times(2)), default);
        scheduler.Workers[2].IsUntried.Should().BeTrue();

        string Send(string request, PrefixMatch? match = null)
        {
            string worker = scheduler.Place(Query(request, 2000), match ?? Nothing, default).Worker.Value;
            scheduler.Complete(new RequestId(request), default, default);
            return worker;
        }
    }

    [Fact]
    public void WhatIsQueuedIsPricedAnewByEachReport()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        scheduler.Place(Query("unseen", 4000), Nothing, default);
        scheduler.Place(Query("seen", 4000), Nothing, default);
        double before = scheduler.Workers[0].QueuedPrefillSeconds;
        Teach(scheduler, "a", Fast.Times(2), reports: 500, sequences: [Waiting("seen", 4000), Waiting("stranger", 4000)]);
        scheduler.Workers[0].QueuedPrefillSeconds.Should().BeApproximately(before * 2.5, before * 0.25, "what was on its way keeps its price until it is reported");
        scheduler.CheckIntegrity();
        foreach (string request in (string[])["seen", "unseen"])
        {
            scheduler.Complete(new RequestId(request), default, default);
        }

        Teach(scheduler, "a", Fast, reports: 1, firstReport: 1000);
        scheduler.Workers[0].QueuedPrefillSeconds.Should().Be(0, "everything is taken away at the price at which it was added");
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void ALaterStartOfAWorkerIsLearntAnew()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        Teach(scheduler, "a", Fast.Times(2), reports: 500);
        scheduler.AddWorker(Profile("a", epoch: 2), default).Should().Be(AddWorkerOutcome.Replaced);
        scheduler.Workers[0].Rates.Should().Be(Fast);
        scheduler.Report(Report("a", 100_000) with { Steps = Steps(Fast.Times(8)) }, default).Should().Be(ReportOutcome.Stale, "it is of the earlier start");
        scheduler.Workers[0].Rates.Should().Be(Fast);
    }

    [Fact]
    public void ReportsThatAreNotUsedTeachNothing()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        WorkerReport report = Report("a", 1, Decoding("x", 100)) with { Steps = Steps(Fast.Times(2)) };
        scheduler.Report(report with { Pages = new ReportedPages(-1, 0, 0, 0) }, default).Should().Be(ReportOutcome.Malformed);
        scheduler.Workers[0].Rates.Should().Be(Fast);
        scheduler.Report(report, default).Should().Be(ReportOutcome.Applied);
        WorkerRates learnt = scheduler.Workers[0].Rates;
        learnt.Should().NotBe(Fast);
        scheduler.Report(report, default).Should().Be(ReportOutcome.Stale, "a sign of life repeats the last report");
        scheduler.Workers[0].Rates.Should().Be(learnt);
    }

    [Fact]
    public void WithoutMeasuredStepsOrWithoutCalibrationTheProfileStays()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        var fixedRates = new GlobalScheduler(SmallOptions with { CalibratesRates = false }, new RoundRobinPolicy());
        fixedRates.AddWorker(Profile("a"), default);
        for (int i = 1; i <= 100; i++)
        {
            scheduler.Place(Query("r" + i, 1000), Nothing, Seconds(i));
            scheduler.Report(Report("a", i, Decoding("r" + i, 1000)), Seconds(i));
            scheduler.Complete(new RequestId("r" + i), new CompletionFacts(CompletionOutcome.Completed, 0, 10, 9, 10), Seconds(i));
            fixedRates.Report(Report("a", i) with { Steps = Steps(Fast.Times(2)) }, Seconds(i));
        }

        scheduler.Workers[0].Rates.Should().Be(Fast);
        fixedRates.Workers[0].Rates.Should().Be(Fast);
    }

    private static StepSums Steps(WorkerRates truth)
    {
        var work = new StepSums(1, 0, 512, 512 * 300.0, 8, 8 * 900);
        return work with { Seconds = MeasuredWorker.Seconds(truth, work) };
    }

    private static void Teach(GlobalScheduler scheduler, string worker, WorkerRates truth, int reports, int firstReport = 1, params ReportedSequence[] sequences)
    {
        var measured = new MeasuredWorker(truth, Mix.Even, new Random(1));
        for (int i = 0; i < reports; i++)
        {
            scheduler.Report(Report(worker, firstReport + i, sequences) with { Steps = measured.Step() }, default).Should().Be(ReportOutcome.Applied);
        }
    }
}
