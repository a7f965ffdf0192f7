namespace Preble.Core.Tests.Placement;

/// <summary>Which key portions move, when, and who follows them.</summary>
public sealed class E2RebalancingTests
{
    [Fact]
    public void ALoadBeyondTheRatioMovesWithItsCheapestKeyPortionFirst()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        cluster.Ask("w0", tool: 1, times: 8);
        cluster.Ask("w0", tool: 2, times: 3);
        cluster.Ask("w0", tool: 3, times: 7);
        cluster.PlaceAnother();
        cluster.Members(2).Should().BeEmpty("there are too few requests to compare the loads");
        double before = cluster.Load("w0");

        cluster.PlaceAnother();
        (cluster.Members(1).Length, cluster.Members(3).Length).Should().Be((0, 0), "one placement moves one portion");
        cluster.Members(2).Should().Equal("w1");
        cluster.Load("w0").Should().BeInRange(0.8 * before, 0.95 * before, "its load moves with it");

        cluster.Send(cluster.Question(2)).Should().Be("w1", "although the other has it cached");
        cluster.Send(cluster.Question(2)).Should().Be("w1");
        cluster.Send(cluster.Question(1)).Should().Be("w0");
        cluster.Check();
    }

    /// <summary>What moves to a slower worker takes longer there, and what is large for it does not move.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(4, false)]
    public void AKeyPortionMovesOnlyIfTheOtherWorkerIsNoBusierWithItThanThisWithout(double slower, bool moves)
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 1);
        cluster.Join("w1", slower);
        cluster.Ask("w0", tool: 1, times: 20);
        cluster.Ask("w0", tool: 2, times: 12);
        double before = cluster.Load("w0");
        cluster.PlaceAnother();
        cluster.Members(2).Should().Equal(moves ? ["w1"] : []);
        cluster.Load("w1").Should().BeLessThanOrEqualTo(Math.Max(cluster.Load("w0"), moves ? 0 : before));
        cluster.Check();
    }

    [Fact]
    public void NothingMovesWhileTheLoadsAreWithinTheRatio()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        for (int round = 0; round < 60; round++)
        {
            cluster.Ask("w0", tool: 1 + (round % 5), times: 1);
            cluster.Ask("w1", tool: 11 + (round % 5), times: 1);
        }

        cluster.Ledger.Portions.All.Should().HaveCount(10).And.OnlyContain(portion => !portion.IsAssigned);
        cluster.Load("w0").Should().BeApproximately(cluster.Load("w1"), 1);
    }

    [Fact]
    public void AKeyPortionWithMoreThanHalfOfTheDifferenceIsSharedRequestByRequest()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 3);
        cluster.Ask("w0", tool: 1, times: 40);
        cluster.Members(1).Should().BeEmpty("moving it would only move the hot spot");
        var sent = new Dictionary<string, int>();
        for (int i = 0; i < 150; i++)
        {
            string worker = cluster.Send(cluster.Question(1));
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
        cluster.Send(cluster.Question(2)).Should().Be("w1");
        cluster.Now += 170;
        cluster.Send(cluster.Question(2)).Should().Be("w1", "it was used within H");
        cluster.Now += 181;
        cluster.Send(E2Cluster.Path((9, 4)));
        cluster.Ledger.Portions.Count.Should().Be(0);
    }

    [Fact]
    public void AChainMovesNothingButFollowsWhatMoved()
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        PageKey[] Turn(int count) =>
            E2Cluster.Path([(1, 5), (2, E2Cluster.ToolPages), .. Enumerable.Range(0, count).Select(turn => (50 + turn, 2))]);
        for (int turn = 0; turn < 4; turn++)
        {
            cluster.SendTo("w0", Turn(turn));
        }

        cluster.Ask("w0", tool: 1, times: 30);
        cluster.Send(Turn(4)).Should().Be("w0");
        cluster.Members(2).Should().BeEmpty("four nodes behind the key portion are a chain");

        cluster.PlaceAnother();
        cluster.Members(2).Should().Equal("w1");
        cluster.Send(Turn(5)).Should().Be("w1");
        cluster.Send(Turn(6)).Should().Be("w1");
        cluster.Check();
    }

    [Fact]
    public void AWorkerThatEvictedAnAssignedPortionIsTakenOffIt()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(cluster.Question(2)).Should().Be("w1");
        cluster.Ask("w1", tool: 9, times: 12);
        cluster.Tree.Evict(new WorkerId("w1"), cluster.Question(2), 50);
        cluster.Send(cluster.Question(2)).Should().Be("w0", "it is cached there only");
        cluster.Members(2).Should().BeEmpty();
        cluster.Check();
    }

    [Fact]
    public void APortionOfAWorkerThatLeftFollowsTheCachesAgain()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(cluster.Question(2)).Should().Be("w1");
        cluster.Leave("w1");
        cluster.Check();
        cluster.Members(2).Should().BeEmpty();
        cluster.Send(cluster.Question(2)).Should().Be("w0");
    }

    [Fact]
    public void AnAssignedPortionGoesElsewhereWhileItsWorkerIsExcluded()
    {
        E2Cluster cluster = Moved(tool: 2);
        cluster.Send(cluster.Question(2), "w1").Should().Be("w0");
        cluster.Members(2).Should().BeEquivalentTo("w0", "w1");
        cluster.Check();
    }

    /// <summary>Two workers, of which the second has got a tool that was asked for four times.</summary>
    private E2Cluster Moved(int tool)
    {
        E2Cluster cluster = new(E2Cluster.Options, workers: 2);
        cluster.Ask("w0", tool: 1, times: 16);
        cluster.Ask("w0", tool, times: 4);
        cluster.PlaceAnother();
        cluster.Members(tool).Should().Equal("w1");
        return cluster;
    }
}
