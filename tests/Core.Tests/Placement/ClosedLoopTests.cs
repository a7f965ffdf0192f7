using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Properties of the default policy that show only when its decisions come back to it as load and cached prefixes.</summary>
public sealed class ClosedLoopTests
{
    [Fact]
    public void AWorkerOfHalfTheSpeedGetsLessThanHalfOfWhatTheFastOneGetsYetSomethingNearSaturation()
    {
        int SlowShare(double requestsPerSecond, out int fast)
        {
            var cluster = new ToyCluster("marginal-cost", Profile("fast"), Profile("slow", Fast.Times(2)));
            var random = new Random(1);
            double at = 0;
            for (int i = 0; i < 600; i++)
            {
                at -= Math.Log(1 - random.NextDouble()) / requestsPerSecond;
                cluster.Send(at, ToyCluster.Prompt(common: 0, own: 250, unique: i), outputTokens: 60);
            }

            fast = cluster.SentTo.GetValueOrDefault("fast");
            return cluster.SentTo.GetValueOrDefault("slow");
        }

        SlowShare(1.5, out int fast).Should().BeLessThan(fast / 2);
        SlowShare(3.5, out fast).Should().BeGreaterThan(60).And.BeLessThan(fast);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void ABurstOnOnePrefixFindsASecondOwnerSoonAndBuildsNoBacklogOnOneWorker(int workers)
    {
        var cluster = new ToyCluster("marginal-cost", [.. Enumerable.Range(0, workers).Select(i => Profile("w" + i))]);
        var keys = ToyCluster.Prompt(common: 250, own: 13, unique: 0);
        double whole = Fast.PrefillSeconds((keys.Length * 16) + 8, 0);
        double hit = Fast.PrefillSeconds((13 * 16) + 8, 250 * 16) + Fast.T0;

        // Twice what one worker computes even if it always hits.
        double gap = hit / 2;
        double at = 0;
        var owners = new HashSet<string>();
        double? secondOwnerAt = null;
        for (int i = 0; i < 1000; i++, at += gap)
        {
            owners.Add(cluster.Send(at, ToyCluster.Prompt(common: 250, own: 13, unique: i), outputTokens: 30));
            secondOwnerAt ??= owners.Count > 1 ? at : null;
            double[] backlogs = cluster.Backlogs();
            backlogs.Max().Should().BeLessThanOrEqualTo((3 * backlogs.Average()) + whole + 0.01);
        }

        secondOwnerAt.Should().NotBeNull().And.BeLessThan(Math.Max(2, workers / 2.0) * whole);
    }

    [Fact]
    public void ASiblingFollowsTheFirstWhileThePrefixIsStillBeingComputed()
    {
        var cluster = new ToyCluster("marginal-cost", [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        string first = cluster.Send(0, ToyCluster.Prompt(common: 500, own: 2, unique: 0), outputTokens: 10);
        string second = cluster.Send(0.3, ToyCluster.Prompt(common: 500, own: 2, unique: 1), outputTokens: 10);
        second.Should().Be(first, "its prefix is promised there, and waiting for the rest of it is shorter than computing it again");
    }

    [Fact]
    public void RemovingAWorkerLeavesNoPendingPage()
    {
        var cluster = new ToyCluster("marginal-cost", [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        for (int i = 0; i < 200; i++)
        {
            cluster.Send(i * 0.01, ToyCluster.Prompt(common: 20, own: 10, unique: i % 40), outputTokens: 10);
        }

        for (int i = 0; i < 4; i++)
        {
            cluster.Tree.RemoveWorker(new WorkerId("w" + i)).Should().BeTrue();
            cluster.Tree.CheckIntegrity();
            var match = new PrefixMatch();
            cluster.Tree.Match(ToyCluster.Prompt(common: 20, own: 10, unique: 1), match, Seconds(2));
            match.Find(new WorkerId("w" + i)).Should().Be(-1);
        }

        (cluster.Tree.PageCount, cluster.Tree.NodeCount, cluster.Tree.HolderCount, cluster.Tree.PromiseCount).Should().Be((0, 0, 0, 0));
    }
}
