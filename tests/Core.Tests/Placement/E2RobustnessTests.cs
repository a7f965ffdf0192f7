using Preble.Core.Placement;
using Preble.Core.Placement.E2;

namespace Preble.Core.Tests.Placement;

/// <summary>What the released code fails at, and bounds.</summary>
public sealed class E2RobustnessTests
{
    /// <summary>The released code ends with an assertion when a request lasts longer than its entry in the window.</summary>
    [Fact]
    public void ARequestMayOutliveItsWindow()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        cluster.Send(cluster.Question(1));
        cluster.Send(cluster.Question(1));
        string old = cluster.LastId;
        cluster.Now += 400;
        cluster.Send(cluster.Question(5));
        cluster.Ledger.Portions.Count.Should().Be(0);
        cluster.End(old, ttft: 390);
        cluster.Policy.Adjustment!.Queues.Samples.Should().Be(0, "its portion has gone");
        cluster.Check();
    }

    /// <summary>In the released code one request without a rate makes every later placement fail.</summary>
    [Fact]
    public void AFailedRequestPoisonsNothing()
    {
        E2Cluster cluster = new(new PolicyOptions(), workers: 2);
        cluster.Send(cluster.Question(1));
        foreach (CompletionOutcome outcome in Enum.GetValues<CompletionOutcome>())
        {
            foreach (double? ttft in new double?[] { null, 0, -5, double.NaN, double.PositiveInfinity })
            {
                cluster.Send(cluster.Question(1)).Should().Be("w0");
                cluster.End(cluster.LastId, ttft, outcome);
                cluster.Check();
                if (outcome == CompletionOutcome.Lost)
                {
                    cluster.Now += 2;
                    cluster.Scheduler.Report(Given.Report("w0", (long)cluster.Now), Given.Seconds(cluster.Now));
                }
            }
        }

        // Of three outcomes that tell something, the two finite times.
        cluster.Policy.Adjustment!.Queues.Samples.Should().Be(6);
        cluster.Policy.Adjustment!.Awaited.Count.Should().Be(0);
    }

    [Fact]
    public void ARequestThatIsPlacedAgainIsAwaitedOnce()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        cluster.Send(cluster.Question(1));
        PageKey[] keys = cluster.Question(1);
        var match = new PrefixMatch();
        for (int i = 0; i < 3; i++)
        {
            cluster.Tree.Match(keys, match, default, forecastEvictions: true);
            cluster.Scheduler.Place(new PlacementQuery(new RequestId("again"), (keys.Length * 16) + 8, 20) { Keys = keys }, match, default);
        }

        cluster.Policy.Adjustment!.Awaited.Count.Should().Be(1);
        cluster.End("again", 1);
        cluster.Policy.Adjustment!.Awaited.Count.Should().Be(0);
    }

    [Fact]
    public void WithoutRebalancingNothingIsRememberedNorAskedFor()
    {
        var policy = new E2Policy(new PolicyOptions { E2Rebalances = false });
        policy.WantsPath.Should().BeFalse();
        policy.Adjustment.Should().BeNull();
        new E2Policy(new PolicyOptions()).WantsPath.Should().BeTrue();
    }

    /// <summary>Keys and path may be missing, as where a tree of another version answers.</summary>
    [Fact]
    public void AMatchWithoutItsPathIsPlacedByCostsAlone()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        for (int i = 0; i < 50; i++)
        {
            PlacementResult placed = cluster.Scheduler.Place(Given.Query("q" + i, 1600), Given.Match(100, ("w1", 90)), Given.Seconds(i));
            placed.Worker.Value.Should().Be("w1");
        }

        cluster.Ledger.Portions.Count.Should().Be(0);
        cluster.Load("w1").Should().BePositive();
        cluster.Check();
    }

    /// <summary>A burst of 300,000 requests within H: the window is shortened and the rest follows from that.</summary>
    [Fact]
    public void MemoryIsBoundedHoweverManyRequestsComeAndNeverEnd()
    {
        var options = new PolicyOptions { E2WindowRequestsMax = 1000, E2AwaitedRequestsMax = 500 };
        E2Cluster cluster = new(options, workers: 4);
        for (int i = 0; i < 20_000; i++)
        {
            cluster.Now += 0.0001;
            cluster.Send(E2Cluster.Path((i % 300, 20), (5000 + i, 2)));
            cluster.Scheduler.Complete(new RequestId("r" + (i - 200)), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 1), default);
        }

        PostAssignment adjustment = cluster.Policy.Adjustment!;
        (cluster.Ledger.Requests, adjustment.Awaited.Count, adjustment.Queues.Samples).Should().Be((1000, 200, 0));
        cluster.Ledger.Portions.Count.Should().BeLessThanOrEqualTo(300);
        cluster.Ledger.Branches.Count.Should().BeLessThanOrEqualTo(1000);
        adjustment.CheckIntegrity();
    }
}
