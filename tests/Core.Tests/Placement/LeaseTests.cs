using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class LeaseTests
{
    private static readonly PrefixMatch Nothing = Match(4096);

    [Fact]
    public void AWorkerThatIsNotHeardOfIsForgottenAndOneThatReportsStays()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("quiet"), Profile("heard"));
        scheduler.Place(Query("1", 100, excluded: "heard"), Nothing, default).Worker.Value.Should().Be("quiet");
        for (int second = 1; second <= 5; second++)
        {
            // An idle worker repeats its report.
            scheduler.Report(Report("heard", sequence: 1), Seconds(second));
            scheduler.ExpireLeases(Seconds(second)).Should().BeEmpty();
        }

        scheduler.ExpireLeases(Seconds(5.5)).Select(worker => worker.Id).Should().Equal(new WorkerId("quiet"));
        scheduler.Workers.Select(worker => worker.Id.Value).Should().Equal("heard");
        scheduler.LiveRequestCount.Should().Be(0);
        scheduler.CheckIntegrity();
        scheduler.Report(Report("quiet", 1), Seconds(6)).Should().Be(ReportOutcome.UnknownWorker);
        scheduler.AddWorker(Profile("quiet"), Seconds(6)).Should().Be(AddWorkerOutcome.Added, "a registration brings it back");
        scheduler.ExpireLeases(Seconds(7)).Should().BeEmpty();
    }

    [Fact]
    public void ARepeatedRegistrationRenewsAndALateReportOrOneOfAnotherStartDoesNot()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("registers"), Profile("late"), Profile("other"));
        scheduler.Report(Report("late", sequence: 5), default);
        for (int second = 1; second <= 6; second++)
        {
            scheduler.AddWorker(Profile("registers"), Seconds(second)).Should().Be(AddWorkerOutcome.Unchanged);
            scheduler.Report(Report("late", sequence: 4), Seconds(second)).Should().Be(ReportOutcome.Stale);
            scheduler.Report(Report("other", sequence: second) with { Epoch = 0 }, Seconds(second)).Should().Be(ReportOutcome.Stale);
        }

        scheduler.ExpireLeases(Seconds(6)).Select(worker => worker.Id).Should().BeEquivalentTo([new WorkerId("late"), new WorkerId("other")]);
    }

    /// <summary>As after a machine was suspended: the clock has moved on, but nobody could have been heard meanwhile.</summary>
    [Fact]
    public void AClockThatJumpsLeavesEveryWorkerTimeToBeHeard()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("back"), Profile("gone"));
        for (int second = 1; second <= 2; second++)
        {
            scheduler.Report(Report("back", second), Seconds(second));
            scheduler.Report(Report("gone", second), Seconds(second));
            scheduler.ExpireLeases(Seconds(second)).Should().BeEmpty();
        }

        scheduler.ExpireLeases(Seconds(1000)).Should().BeEmpty("the jump counts for two seconds");
        scheduler.ExpireLeases(Seconds(1001)).Should().BeEmpty();
        scheduler.Report(Report("back", 3), Seconds(1001.5));
        scheduler.ExpireLeases(Seconds(1002)).Should().BeEmpty();
        scheduler.ExpireLeases(Seconds(1003.5)).Select(worker => worker.Id).Should().Equal(new WorkerId("gone"));
        scheduler.ExpireLeases(Seconds(1004.5)).Should().BeEmpty();
    }

    [Fact]
    public void ALeaseThatOneGapWouldEndIsRefused()
    {
        var act = () => new GlobalScheduler(new GlobalSchedulerOptions { LeaseSeconds = 2 }, PlacementPolicies.Create("random", new PolicyOptions()));
        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void AWorkerThatSeemsLostGetsNothingUntilItIsHeardOfAgain(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, Profile("dead"), Profile("a"), Profile("b"));
        Lose(scheduler, "dead", Seconds(1));
        for (int i = 0; i < 30; i++)
        {
            scheduler.Place(Query("r" + i, 2000), Match(125, ("dead", 125)), Seconds(1)).Worker.Value.Should().NotBe("dead");
        }

        scheduler.Report(Report("dead", 1), Seconds(1.2));
        scheduler.Workers[0].IsSuspect.Should().BeTrue("the report may have been sent before");
        scheduler.Report(Report("dead", 2), Seconds(3));
        scheduler.Workers[0].IsSuspect.Should().BeFalse();
        scheduler.Place(Query("last", 100, excluded: ["a", "b"]), Nothing, Seconds(3)).Worker.Value.Should().Be("dead");
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void WhereThereIsNoOtherASuspectIsTriedButOneThatLeavesBeforeIt()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("dead"), Profile("leaving"));
        Lose(scheduler, "dead", default);
        scheduler.DrainWorker(new WorkerId("leaving"));
        scheduler.Place(Query("1", 100), Nothing, default).Worker.Value.Should().Be("leaving");
        scheduler.Place(Query("2", 100, excluded: "leaving"), Nothing, default).Worker.Value.Should().Be("dead");
    }

    [Fact]
    public void ANewStartIsNoSuspectAndALossBeforeItSaysNothingOfIt()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("w"));
        Lose(scheduler, "w", Seconds(1));
        scheduler.Place(Query("old", 100), Nothing, Seconds(1));
        scheduler.AddWorker(Profile("w", epoch: 2), Seconds(2)).Should().Be(AddWorkerOutcome.Replaced);
        scheduler.Workers[0].IsSuspect.Should().BeFalse();
        scheduler.Complete(new RequestId("old"), Lost("w"), Seconds(2));
        scheduler.Workers[0].IsSuspect.Should().BeFalse();
    }

    [Fact]
    public void AnEndThatComesLateOrTwiceSaysNothingOfWhereTheRequestIsNow()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"), Profile("b"));
        scheduler.Place(Query("r", 100, excluded: "b"), Nothing, default);
        scheduler.Place(Query("r", 100, excluded: "a"), Nothing, default).Worker.Value.Should().Be("b");

        scheduler.Complete(new RequestId("r"), Lost("a"), default).Should().BeFalse();
        scheduler.Workers.Select(worker => (worker.Sequences, worker.IsSuspect)).Should().Equal((0, false), (1, false));

        scheduler.Complete(new RequestId("r"), Lost("b"), default).Should().BeTrue();
        scheduler.Report(Report("b", 1), Seconds(2));
        scheduler.Complete(new RequestId("r"), Lost("b"), Seconds(2)).Should().BeFalse();
        scheduler.Workers[1].IsSuspect.Should().BeFalse();
    }

    private static CompletionFacts Lost(string worker) => new(CompletionOutcome.Lost, 0, 0, null, 1) { Worker = new WorkerId(worker) };

    private static void Lose(GlobalScheduler scheduler, string worker, TimeSpan now)
    {
        string[] others = [.. scheduler.Workers.Select(view => view.Id.Value).Where(id => id != worker)];
        scheduler.Place(Query("lost", 100, excluded: others), Nothing, now).Worker.Value.Should().Be(worker);
        scheduler.Complete(new RequestId("lost"), Lost(worker), now).Should().BeTrue();
    }
}
