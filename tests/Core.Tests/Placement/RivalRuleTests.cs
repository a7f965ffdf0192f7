using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>The rules of others, on numbers worked out by hand.</summary>
public sealed class RivalRuleTests
{
    /// <summary>As many sequences in decode as said, each of 100 tokens.</summary>
    private static WorkerReport Load(string worker, int sequences) =>
        Report(worker, 1, [.. Enumerable.Range(0, sequences).Select(i => Decoding($"{worker}.{i}", 100))]);

    private static GlobalScheduler Loaded(string policy, params int[] sequences)
    {
        GlobalScheduler scheduler = Scheduler(policy, [.. sequences.Select((_, i) => Profile("w" + i))]);
        for (int i = 0; i < sequences.Length; i++)
        {
            scheduler.Report(Load("w" + i, sequences[i]), default).Should().Be(ReportOutcome.Applied);
        }

        return scheduler;
    }

    private static string Place(GlobalScheduler scheduler, int tokens, params (string Worker, int Pages)[] found) =>
        scheduler.Place(Query("new", tokens), Match(tokens / 16, found), default).Worker.Value;

    [Theory]
    [InlineData(65, 0, "w1")]   // apart by more than 64, and by more than 1.5 times: affinity is off
    [InlineData(64, 0, "w0")]   // by 64 and no more
    [InlineData(200, 134, "w0")] // by 66, yet less than 1.5 times
    [InlineData(200, 133, "w1")] // 200 > 1.5 * 133 = 199.5
    public void SglangTurnsAffinityOffWhereLoadsAreFarApart(int owner, int other, string chosen) =>
        Place(Loaded("sglang-cache-aware", owner, other), 1600, ("w0", 90)).Should().Be(chosen);

    [Theory]
    [InlineData(31, "w0")] // 31 % are cached
    [InlineData(30, "w1")] // 30 % are not more than 30 %
    public void SglangFollowsAMatchOfMoreThanThirtyPercent(int pages, string chosen) =>
        Place(Loaded("sglang-cache-aware", 20, 10), 1600, ("w0", pages)).Should().Be(chosen);

    [Fact]
    public void SglangTakesTheLongestMatchAndOfEqualOnesTheLeastLoaded() =>
        Place(Loaded("sglang-cache-aware", 3, 9, 5), 1600, ("w0", 60), ("w1", 70), ("w2", 70)).Should().Be("w2");

    [Fact]
    public void DynamoAddsPromptTokensToComputeAndMemoryInUse()
    {
        GlobalScheduler scheduler = Scheduler("dynamo-kv", Profile("a"), Profile("b"));
        scheduler.Report(Report("a", 1, Waiting("w", left: 1000, cached: 500), Decoding("d", context: 700)), default);
        scheduler.Report(Report("b", 1, Decoding("e", context: 4000)), default);
        scheduler.Place(Query("new", 2000), Match(125, ("a", 100), ("b", 25)), default).Worker.Value.Should().Be("a");

        // a: 1000 to compute and 400 of the new; in memory what it has, 1000 and 400. Pages are 16 tokens, 2200 are held in 137 of them.
        scheduler.LastCosts[0].Total.Should().Be(1000 + 400 + ((137 * 16) + 1000 + 400));
        scheduler.LastCosts[1].Total.Should().Be(0 + 1600 + (4000 + 0 + 1600));
    }

    [Fact]
    public void LlmDWeighsQueueMemoryAndPrefixTwoTwoThree()
    {
        GlobalScheduler scheduler = Scheduler("llm-d", Profile("a", kvTokens: 10_000), Profile("b", kvTokens: 10_000), Profile("c", kvTokens: 10_000));
        scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 5).Select(i => Waiting("a" + i, 100))]), default);
        scheduler.Report(Report("b", 1, Waiting("b", 100), Decoding("d", context: 4000)), default);
        scheduler.Place(Query("new", 1600), Match(100, ("a", 75)), default);

        // Scores: a, which holds 496 tokens, 2*0 + 2*0.9504 + 3*0.75 = 4.1508; b, with 4096, 2*0.8 + 2*0.5904 + 0 = 2.7808; c 2*1 + 2*1 + 0 = 4.
        double[] scores = [.. scheduler.LastCosts.ToArray().Select(cost => 7 - cost.Total)];
        scores[0].Should().BeApproximately(4.1508, 1e-12);
        scores[1].Should().BeApproximately(2.7808, 1e-12);
        scores[2].Should().BeApproximately(4, 1e-12);
        scheduler.Explain(new RequestId("new"))!.Worker.Value.Should().Be("a");
    }

    [Fact]
    public void LlmDScoresEqualQueuesAllTheSame()
    {
        GlobalScheduler scheduler = Loaded("llm-d", 0, 0);
        Place(scheduler, 1600, ("w1", 10)).Should().Be("w1");
        scheduler.LastCosts.ToArray().Select(cost => cost.Terms[0]).Should().Equal(0, 0);
    }

    [Fact]
    public void LMetricMultipliesTokensToComputeAndSequences()
    {
        GlobalScheduler scheduler = Scheduler("lmetric", Profile("a"), Profile("b"));
        scheduler.Report(Report("a", 1, Waiting("w", 1000), Decoding("d", 100), Decoding("e", 100)), default);
        scheduler.Report(Report("b", 1, Waiting("x", 3000)), default);
        scheduler.Place(Query("new", 2000), Match(125, ("a", 100)), default).Worker.Value.Should().Be("a");
        scheduler.LastCosts[0].Total.Should().Be((1000 + 400) * (3 + 1));
        scheduler.LastCosts[1].Total.Should().Be((3000 + 2000) * (1 + 1));
    }

    [Fact]
    public void LMetricNormalisedCountsInTheWorkersOwnSeconds()
    {
        GlobalScheduler scheduler = Scheduler("lmetric-norm", Profile("fast"), Profile("slow", Fast with { Alpha = 3 * Fast.Alpha, T0 = 2 * Fast.T0 }));
        scheduler.Report(Load("fast", 4), default);
        scheduler.Place(Query("new", 1000), Match(62), default).Worker.Value.Should().Be("fast", "5 is less than 1 * 3 * 2");
        scheduler.LastCosts[0].Total.Should().BeApproximately(1000 * Fast.Alpha * 5 * Fast.T0, 1e-12);
        scheduler.LastCosts[1].Total.Should().BeApproximately(1000 * 3 * Fast.Alpha * 2 * Fast.T0, 1e-12);
    }

    [Fact]
    public void LMetricNormalisedStillSeesLoadWhereARateWasMeasuredAsNothing()
    {
        GlobalScheduler scheduler = Scheduler("lmetric-norm", Profile("busy", Fast with { T0 = 0 }), Profile("idle", Fast with { T0 = 0 }));
        scheduler.Report(Load("busy", 4), default);
        Place(scheduler, 1000).Should().Be("idle");
    }

    [Fact]
    public void TtftGreedyTakesTheEarliestFirstTokenWhateverItDoesToOthers()
    {
        GlobalScheduler scheduler = Scheduler("ttft-greedy", Profile("crowded"), Profile("far", roundTrip: 0.5), Profile("queue"));
        scheduler.Report(Load("crowded", 100), default);
        scheduler.Report(Report("queue", 1, Waiting("w", 8000)), default);
        Place(scheduler, 2000).Should().Be("crowded", "its decode steps cost milliseconds, the others half a second");

        double step = Fast.T0 + (100 * Fast.Gamma) + (100 * 100 * Fast.Delta);
        scheduler.LastCosts[0].Total.Should().BeApproximately(Fast.PrefillSeconds(2000, 0) + step, 1e-9);
        scheduler.LastCosts[1].Total.Should().BeApproximately(0.5 + Fast.PrefillSeconds(2000, 0) + Fast.T0, 1e-9);
        scheduler.LastCosts[2].Total.Should().BeApproximately(Fast.PrefillSeconds(8000, 0) + (4 * Fast.T0) + Fast.PrefillSeconds(2000, 0) + Fast.T0, 1e-6);
    }

    [Fact]
    public void LongestPrefixKnowsNoLoad() => Place(Loaded("longest-prefix", 200, 0), 1600, ("w0", 2), ("w1", 1)).Should().Be("w0");
}
