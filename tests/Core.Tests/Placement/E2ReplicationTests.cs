namespace Preble.Core.Tests.Placement;

/// <summary>When a key portion gets a replica and when one goes, and which branch goes to which.</summary>
public sealed class E2ReplicationTests
{
    [Fact]
    public void AKeyPortionWhoseQueueingDoublesGetsAReplicaAndDealsItsBranchesOut()
    {
        E2Cluster cluster = Replicated();
        var homes = new Dictionary<int, string>();
        for (int i = 0; i < 120; i++)
        {
            int branch = i % 12;
            string worker = cluster.Send(E2Cluster.Path((1, 5), (1, E2Cluster.ToolPages), (7000 + branch, 3), (8000 + i, 2)));
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
        string heavy = cluster.Send(cluster.Branch(0));
        string[] others = [.. Enumerable.Range(1, 4).Select(branch => cluster.Send(cluster.Branch(branch)))];
        others.Should().NotContain(heavy, "it has two thirds of the load, and the others together one");
        cluster.Send(cluster.Branch(0)).Should().Be(heavy);
    }

    [Theory]
    [InlineData(7, 1.0, 4.0)]
    [InlineData(30, 0.1, 0.4)]
    [InlineData(30, 1.6, 3.0)]
    public void QueueingThatIsRareShortOrGrowsSlowlyAsksForNoReplica(int samples, double early, double late)
    {
        E2Cluster cluster = Queueing(samples, early, late);
        cluster.Members(1).Should().BeEmpty();
    }

    [Fact]
    public void WhenAllWorkersAreAsBusyAReplicaWouldNotHelp()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        for (int half = 0; half < 2; half++)
        {
            for (int i = 0; i < 40; i++)
            {
                cluster.Ask("w0", tool: 1, times: 1, queueSeconds: half == 0 ? 1 : 5);
                cluster.Ask("w1", tool: 2, times: 1, queueSeconds: half == 0 ? 1 : 5);
            }

            cluster.Now += 91;
        }

        cluster.Send(cluster.Question(1)).Should().Be("w0");
        cluster.Send(cluster.Question(2)).Should().Be("w1");
        cluster.Members(1).Should().BeEmpty();
        cluster.Members(2).Should().BeEmpty();
    }

    [Fact]
    public void AReplicaGoesWhenTheQueueHasBeenShortForHAndTheOthersHaveRoom()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 90, queueSeconds: 0.1, times: 3);
        cluster.Members(1).Should().HaveCount(2, "H has not passed");
        GoOn(cluster, seconds: 110, queueSeconds: 0.1, times: 3);
        cluster.Members(1).Should().HaveCount(1);
        cluster.Check();
    }

    [Fact]
    public void ReplicasStayWhileTheQueueIsLong()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 300, queueSeconds: 4, times: 3);
        cluster.Members(1).Should().HaveCount(2);
    }

    [Fact]
    public void ReplicasStayWhileOneAloneWouldHaveTooMuch()
    {
        E2Cluster cluster = Replicated();
        GoOn(cluster, seconds: 300, queueSeconds: 0.1, times: 0);
        cluster.Members(1).Should().HaveCount(2);
    }

    /// <summary>
    /// A tool on the first of two workers whose requests queue for a while over one half of H, and for another over the next; the second worker has a
    /// third of its load.
    /// </summary>
    private E2Cluster Queueing(int samples, double early, double late, Func<int, int>? branchOf = null)
    {
        E2Cluster cluster = new(E2Cluster.Options with { E2BalanceRatio = 3.9 }, workers: 2);
        cluster.SendTo("w0", cluster.Question(1));
        for (int i = 0; i < 2 * samples; i++)
        {
            cluster.Now += 90.0 / samples;
            if (i % 3 == 0)
            {
                cluster.Ask("w1", tool: 3, times: 1);
            }

            cluster.Send(branchOf is null ? cluster.Question(1) : cluster.Branch(branchOf(i)));
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
            cluster.Send(cluster.Question(1));
            cluster.EndLast(queueSeconds);
            cluster.Ask("w0", tool: 2, times);
            cluster.Ask("w1", tool: 3, times);
        }
    }

    private E2Cluster Replicated(Func<int, int>? branchOf = null)
    {
        E2Cluster cluster = Queueing(30, 1, 6, branchOf);
        cluster.Members(1).Should().BeEquivalentTo("w0", "w1");
        return cluster;
    }
}
