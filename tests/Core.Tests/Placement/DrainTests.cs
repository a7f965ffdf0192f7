using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class DrainTests
{
    private static readonly PrefixMatch Nothing = Match(4096);

    public static TheoryData<string> Policies => [.. PlacementPolicies.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void AWorkerThatDrainsGetsNothingNewWhateverItHasCached(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, Profile("a"), Profile("b"), Profile("c"));
        scheduler.DrainWorker(new WorkerId("a")).Should().BeTrue();
        scheduler.DrainWorker(new WorkerId("a")).Should().BeTrue();
        for (int i = 0; i < 50; i++)
        {
            scheduler.Place(Query("r" + i, 2000), Match(125, ("a", 125)), default).Worker.Value.Should().NotBe("a");
        }

        scheduler.Workers.Select(worker => worker.IsDraining).Should().Equal(true, false, false);
    }

    [Fact]
    public void WhatIsLiveOnItStaysCountedUntilItEnds()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.Place(Query("1", 1000), Nothing, default);
        scheduler.DrainWorker(new WorkerId("a"));
        scheduler.Workers[0].Sequences.Should().Be(1);
        scheduler.Report(Report("a", 1, Decoding("1", 1000)), default).Should().Be(ReportOutcome.Applied);
        scheduler.Workers[0].Decoding.Should().Be(1);
        scheduler.Complete(new RequestId("1"), default, default).Should().BeTrue();
        scheduler.Workers[0].Sequences.Should().Be(0);
        scheduler.CheckIntegrity();
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void WhereAllThatCouldTakeAPromptDrainTheBestOfThemDoes(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, Profile("small", kvTokens: 160), Profile("a"), Profile("b"));
        scheduler.DrainWorker(new WorkerId("a"));
        scheduler.DrainWorker(new WorkerId("b"));
        scheduler.Place(Query("1", 100), Nothing, default).Worker.Value.Should().Be("small");
        scheduler.Place(Query("2", 1000), Nothing, default).Worker.Value.Should().BeOneOf("a", "b");
        scheduler.Place(Query("3", 100, excluded: "small"), Nothing, default).Worker.Value.Should().BeOneOf("a", "b");
        scheduler.DrainWorker(new WorkerId("small"));
        scheduler.Place(Query("4", 100), Nothing, default).Outcome.Should().Be(PlacementOutcome.Placed);
        scheduler.Place(Query("5", 500_000), Nothing, default).Outcome.Should().Be(PlacementOutcome.PromptTooLong);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void AFullQueueBesideAWorkerThatDrainsIsAFullQueue()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"), Profile("b", waitingMax: 1));
        scheduler.DrainWorker(new WorkerId("a"));
        scheduler.Place(Query("1", 100), Nothing, default).Worker.Value.Should().Be("b");
        PlacementResult refused = scheduler.Place(Query("2", 100), Nothing, default);
        refused.Outcome.Should().Be(PlacementOutcome.QueueFull);
        refused.RetryAfterSeconds.Should().BeInRange(0.001, 1);
    }

    [Fact]
    public void ALaterStartDoesNotDrainAndTheSameOneStillDoes()
    {
        GlobalScheduler scheduler = Scheduler("least-load", Profile("a"));
        scheduler.DrainWorker(new WorkerId("a"));
        scheduler.AddWorker(Profile("a"), default).Should().Be(AddWorkerOutcome.Unchanged);
        scheduler.Workers[0].IsDraining.Should().BeTrue();
        scheduler.AddWorker(Profile("a", epoch: 2), default).Should().Be(AddWorkerOutcome.Replaced);
        scheduler.Workers[0].IsDraining.Should().BeFalse();
        scheduler.DrainWorker(new WorkerId("nobody")).Should().BeFalse();
    }
}
