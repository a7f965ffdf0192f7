using Preble.Core.Placement;
using Preble.Core.Placement.E2;

namespace Preble.Core.Tests.Placement;

/// <summary>Rebalancing, replication and scale-down, one rule at a time.</summary>
public sealed class E2AdjustmentTests
{
    /// <summary>Long enough to be key portions behind the common first pages.</summary>
    private const int ToolPages = 100;

    private static readonly PolicyOptions Options = new() { E2WarmUpRequests = 10 };

    private int questions;

    [Fact]
    public void ALoadBeyondTheRatioMovesWithItsCheapestKeyPortionFirst()
    {
        E2Cluster cluster = new(Options, workers: 2);
        Ask(cluster, "w0", tool: 1, times: 8);
        Ask(cluster, "w0", tool: 2, times: 3);
        Ask(cluster, "w0", tool: 3, times: 7);
        PlaceAnother(cluster);
        Members(cluster, 2).Should().BeEmpty("there are too few requests to compare the loads");
        double before = cluster.Load("w0");

        PlaceAnother(cluster);
        (Members(cluster, 1).Length, Members(cluster, 3).Length).Should().Be((0, 0), "one placement moves one portion");
        Members(cluster, 2).Should().Equal("w1");
        cluster.Load("w0").Should().BeInRange(0.8 * before, 0.95 * before, "its load moves with it");

        cluster.Send(Question(2)).Should().Be("w1", "although the other has it cached");
        cluster.Send(Question(2)).Should().Be("w1");
        cluster.Send(Question(1)).Should().Be("w0");
        cluster.Check();
    }

    [Fact]
    public void NothingMovesWhileTheLoadsAreWithinTheRatio()
    {
        E2Cluster cluster = new(Options, workers: 2);
        for (int round = 0; round < 60; round++)
        {
            Ask(cluster, "w0", tool: 1 + (round % 5), times: 1);
            Ask(cluster, "w1", tool: 11 + (round % 5), times: 1);
        }

        cluster.Ledger.Portions.All.Should().HaveCount(10).And.OnlyContain(portion => !portion.IsAssigned);
        cluster.Load("w0").Should().BeApproximately(cluster.Load("w1"), 1);
    }

    [Fact]
    public void AKeyPortionWithMoreThanHalfOfTheDifferenceIsSharedRequestByRequest()
    {
        E2Cluster cluster = new(Options, workers: 3);
        Ask(cluster, "w0", tool: 1, times: 40);
        Members(cluster, 1).Should().BeEmpty("moving it would only move the hot spot");
        var sent = new Dictionary<string, int>();
        for (int i = 0; i < 150; i++)
        {
            string worker = cluster.Send(Question(1));
            sent[worker] = sent.GetValueOrDefault(worker) + 1;
        }

        sent.Should().HaveCount(3);
        double[] loads = [cluster.Load("w0"), cluster.Load("w1"), cluster.Load("w2")];
        loads.Max().Should().BeLessThan(1.5 * loads.Min());
    }

    [Fact]
    public void AMovedPortionGoesBackToNoOneWhileItIsUsedAndIsForgottenAfterH()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Now += 170;
        cluster.Send(Question(2)).Should().Be("w1");
        cluster.Now += 170;
        cluster.Send(Question(2)).Should().Be("w1", "it was used within H");
        cluster.Now += 181;
        cluster.Send(E2Cluster.Path((9, 4)));
        cluster.Ledger.Portions.Count.Should().Be(0);
    }

    /// <summary>The turns of a conversation would leave their history behind.</summary>
    [Fact]
    public void AChainStaysWhereItIsWhenItsKeyPortionMoves()
    {
        E2Cluster cluster = new(Options, workers: 2);
        PageKey[] Turn(int count) =>
            E2Cluster.Path([(1, 5), (2, ToolPages), .. Enumerable.Range(0, count).Select(turn => (50 + turn, 2))]);
        cluster.SendTo("w0", Turn(0));
        for (int turn = 1; turn < 4; turn++)
        {
            cluster.SendTo("w0", Turn(turn));
        }

        Ask(cluster, "w0", tool: 1, times: 30);
        PlaceAnother(cluster);
        Members(cluster, 2).Should().Equal("w1");
        cluster.Send(Question(2)).Should().Be("w1");
        cluster.Send(Turn(4)).Should().Be("w0", "four nodes behind the key portion are a chain");
        Members(cluster, 2).Should().Equal("w1");
    }

    [Fact]
    public void AWorkerThatEvictedAnAssignedPortionIsTakenOffIt()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(Question(2)).Should().Be("w1");
        Ask(cluster, "w1", tool: 9, times: 12);
        cluster.Tree.Evict(new WorkerId("w1"), Question(2), 50);
        cluster.Send(Question(2)).Should().Be("w0", "it is cached there only");
        Members(cluster, 2).Should().BeEmpty();
        cluster.Check();
    }

    [Fact]
    public void APortionOfAWorkerThatLeftFollowsTheCachesAgain()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(Question(2)).Should().Be("w1");
        cluster.Leave("w1");
        cluster.Check();
        Members(cluster, 2).Should().BeEmpty();
        cluster.Send(Question(2)).Should().Be("w0");
    }

    [Fact]
    public void AnAssignedPortionGoesElsewhereWhileItsWorkerIsExcluded()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(Question(2), "w1").Should().Be("w0");
        Members(cluster, 2).Should().BeEquivalentTo("w0", "w1");
        cluster.Check();
    }

    [Fact]
    public void AKeyPortionWhoseQueueingDoublesGetsAReplicaAndDealsItsBranchesOut()
    {
        E2Cluster cluster = Replicated();
        var homes = new Dictionary<int, string>();
        for (int i = 0; i < 120; i++)
        {
            int branch = i % 12;
            string worker = cluster.Send(E2Cluster.Path((1, 5), (1, ToolPages), (7000 + branch, 3), (8000 + questions++, 2)));
            homes.TryAdd(branch, worker);
            worker.Should().Be(homes[branch], "a branch stays with its replica");
        }

        homes.Values.Where(worker => worker == "w0").Should().HaveCountGreaterThan(1);
        homes.Values.Where(worker => worker == "w1").Should().HaveCountGreaterThan(1);
        cluster.Check();
    }

    /// <summary>What a branch has had within H is weighed when it is dealt out, not only what comes.</summary>
    [Fact]
    public void BranchesAreDealtOutByTheLoadTheyHad()
    {
        E2Cluster cluster = Replicated(branchOf: i => i % 3 == 0 ? 1 + (i % 4) : 0);
        string heavy = cluster.Send(Branch(0));
        string[] others = [.. Enumerable.Range(1, 4).Select(branch => cluster.Send(Branch(branch)))];
        others.Should().NotContain(heavy, "it has two thirds of the load, and the others together one");
        cluster.Send(Branch(0)).Should().Be(heavy);
    }

    [Theory]
    [InlineData(7, 1.0, 4.0)]
    [InlineData(30, 0.1, 0.4)]
    [InlineData(30, 1.6, 3.0)]
    public void QueueingThatIsRareShortOrGrowsSlowlyAsksForNoReplica(int samples, double early, double late)
    {
        E2Cluster cluster = Queueing(samples, early, late);
        Members(cluster, 1).Should().BeEmpty();
    }

    [Fact]
    public void WhenAllWorkersAreAsBusyAReplicaWouldNotHelp()
    {
        E2Cluster cluster = new(Options, workers: 2);
        for (int half = 0; half < 2; half++)
        {
            for (int i = 0; i < 40; i++)
            {
                Ask(cluster, "w0", tool: 1, times: 1, queueSeconds: half == 0 ? 1 : 5);
                Ask(cluster, "w1", tool: 2, times: 1, queueSeconds: half == 0 ? 1 : 5);
            }

            cluster.Now += 91;
        }

        cluster.Send(Question(1)).Should().Be("w0");
        cluster.Send(Question(2)).Should().Be("w1");
        Members(cluster, 1).Should().BeEmpty();
        Members(cluster, 2).Should().BeEmpty();
    }

    [Fact]
    public void AReplicaGoesWhenTheQueueHasBeenShortForHAndTheOthersHaveRoom()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 90, queueSeconds: 0.1, times: 3);
        Members(cluster, 1).Should().HaveCount(2, "H has not passed");
        GoOn(cluster, seconds: 110, queueSeconds: 0.1, times: 3);
        Members(cluster, 1).Should().HaveCount(1);
        cluster.Check();
    }

    [Fact]
    public void ReplicasStayWhileTheQueueIsLong()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 300, queueSeconds: 4, times: 3);
        Members(cluster, 1).Should().HaveCount(2);
    }

    [Fact]
    public void ReplicasStayWhileOneAloneWouldHaveTooMuch()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 300, queueSeconds: 0.1, times: 0);
        Members(cluster, 1).Should().HaveCount(2);
    }

    /// <summary>The released code ends with an assertion when a request lasts longer than its entry in the window.</summary>
    [Fact]
    public void ARequestMayOutliveItsWindow()
    {
        E2Cluster cluster = new(Options, workers: 2);
        cluster.Send(Question(1));
        cluster.Send(Question(1));
        string old = cluster.LastId;
        cluster.Now += 400;
        cluster.Send(Question(5));
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
        cluster.Send(Question(1));
        foreach (CompletionOutcome outcome in Enum.GetValues<CompletionOutcome>())
        {
            foreach (double? ttft in new double?[] { null, 0, -5, double.NaN, double.PositiveInfinity })
            {
                cluster.Send(Question(1)).Should().Be("w0");
                cluster.End(cluster.LastId, ttft, outcome);
                cluster.Check();
            }
        }

        // Of three outcomes that tell something, the two finite times.
        cluster.Policy.Adjustment!.Queues.Samples.Should().Be(6);
        cluster.Policy.Adjustment!.Awaited.Count.Should().Be(0);
    }

    [Fact]
    public void ARequestThatIsPlacedAgainIsAwaitedOnce()
    {
        E2Cluster cluster = new(Options, workers: 2);
        cluster.Send(Question(1));
        PageKey[] keys = Question(1);
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
        E2Cluster cluster = new(Options, workers: 2);
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

    private static string[] Members(E2Cluster cluster, int tool)
    {
        var members = new List<string>();
        if (cluster.Ledger.Portions.TryFind(E2Cluster.Path((1, 5), (tool, ToolPages))[^1], out KeyPortion? portion))
        {
            for (PortionShare? share = portion.First; share is not null; share = share.Next)
            {
                if (share.IsMember)
                {
                    members.Add(share.Worker.View.Id.Value);
                }
            }
        }

        return [.. members];
    }

    private PageKey[] Question(int tool) => E2Cluster.Path((1, 5), (tool, ToolPages), (10_000 + questions++, 3));

    private PageKey[] Branch(int branch) => E2Cluster.Path((1, 5), (1, ToolPages), (7000 + branch, 3), (8000 + questions++, 2));

    private void Ask(E2Cluster cluster, string worker, int tool, int times, double queueSeconds = 0)
    {
        for (int i = 0; i < times; i++)
        {
            cluster.SendTo(worker, Question(tool), queueSeconds);
        }
    }

    /// <summary>Places a prompt that has nothing to do with the others, as rebalancing follows placements.</summary>
    private void PlaceAnother(E2Cluster cluster) => cluster.Send(E2Cluster.Path((900_000 + questions++, 1)));

    /// <summary>Two workers, of which the second has got a tool that was asked for four times.</summary>
    private E2Cluster Moved(int tool)
    {
        E2Cluster cluster = new(Options, workers: 2);
        Ask(cluster, "w0", tool: 1, times: 16);
        Ask(cluster, "w0", tool, times: 4);
        PlaceAnother(cluster);
        Members(cluster, tool).Should().Equal("w1");
        return cluster;
    }

    /// <summary>
    /// A tool on the first of two workers whose requests queue for a while over one half of H, and for another over the next; the second worker has a
    /// third of its load.
    /// </summary>
    private E2Cluster Queueing(int samples, double early, double late, Func<int, int>? branchOf = null)
    {
        E2Cluster cluster = new(Options with { E2BalanceRatio = 3.9 }, workers: 2);
        cluster.SendTo("w0", Question(1));
        for (int i = 0; i < 2 * samples; i++)
        {
            cluster.Now += 90.0 / samples;
            if (i % 3 == 0)
            {
                Ask(cluster, "w1", tool: 3, times: 1);
            }

            cluster.Send(branchOf is null ? Question(1) : Branch(branchOf(i)));
            cluster.EndLast(i < samples ? early : late);
        }

        cluster.Check();
        return cluster;
    }

    /// <summary>Two seconds after two seconds, a question for the first tool and some for one of each worker.</summary>
    private void GoOn(E2Cluster cluster, int seconds, double queueSeconds, int times)
    {
        for (int i = 0; i < seconds; i += 2)
        {
            cluster.Now += 2;
            cluster.Send(Question(1));
            cluster.EndLast(queueSeconds);
            Ask(cluster, "w0", tool: 2, times);
            Ask(cluster, "w1", tool: 3, times);
        }
    }

    private E2Cluster Replicated(Func<int, int>? branchOf = null)
    {
        E2Cluster cluster = Queueing(30, 1, 6, branchOf);
        Members(cluster, 1).Should().BeEquivalentTo("w0", "w1");
        return cluster;
    }
}
