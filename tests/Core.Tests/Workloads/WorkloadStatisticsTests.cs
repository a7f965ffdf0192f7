using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>The statistics against plain counting over real tokens, and by hand.</summary>
public sealed class WorkloadStatisticsTests
{
    private const int Vocabulary = 1 << 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void SharesAreThoseThatComparingAllTokensFinds(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            Workload workload = RandomWorkload(random);
            WorkloadStatistics statistics = WorkloadStatistics.Of(workload);

            int[][] prompts = [.. workload.Requests.Select(request => SegmentTokens.Of(request.Prompt.Span, Vocabulary))];
            int[][] all = [.. workload.Requests.Select(request => SegmentTokens.Of([.. request.Prompt.Span, request.Output], Vocabulary))];
            double[] shared = new double[prompts.Length];
            double[] found = new double[prompts.Length];
            double pages = 0;
            var prefixes = new HashSet<string>();
            for (int i = 0; i < prompts.Length; i++)
            {
                int most = Enumerable.Range(0, prompts.Length).Where(k => k != i).Select(k => prompts[i].AsSpan().CommonPrefixLength(prompts[k])).DefaultIfEmpty().Max();
                int before = Enumerable.Range(0, i).Select(k => prompts[i].AsSpan().CommonPrefixLength(all[k])).DefaultIfEmpty().Max();
                shared[i] = (double)most / prompts[i].Length;
                found[i] = (double)before / prompts[i].Length;
                pages += Math.Min(before, prompts[i].Length - 1) / 16 * 16;
                for (int length = 1; length <= all[i].Length; length++)
                {
                    prefixes.Add(string.Join(',', all[i].Take(length)));
                }
            }

            statistics.SharedShare.Mean.Should().BeApproximately(shared.Average(), 1e-12);
            statistics.FoundShare.Mean.Should().BeApproximately(found.Average(), 1e-12);
            statistics.HitRatio.Should().BeApproximately(pages / prompts.Sum(prompt => prompt.Length), 1e-12);
            statistics.DistinctTokens.Should().Be(prefixes.Count);
        }
    }

    /// <summary>Nested sharing: a system prompt of 100 for all, a tool of 300 for two and of 60 for one, questions of 40.</summary>
    [Fact]
    public void TheKeyPortionIsTheDeepestNodeThatOutweighsAllAboveIt()
    {
        var system = new PromptSegment(1, 100);
        var large = new PromptSegment(2, 300);
        var small = new PromptSegment(3, 60);
        WorkloadStatistics statistics = WorkloadStatistics.Of(Given(
            [system, large, new(10, 40)],
            [system, large, new(11, 40)],
            [system, small, new(12, 40)]));

        // The small tool and its question are one node of 100 tokens, which does not exceed the 100 above it.
        statistics.KeyPortionShare.Mean.Should().BeApproximately(((300.0 / 440) + (300.0 / 440) + (100.0 / 200)) / 3, 1e-12);
        statistics.KeyPortionSharers.Should().Be(LengthSummary.Of(new double[] { 2, 1 }));
        statistics.SharedShare.Mean.Should().BeApproximately(((400.0 / 440) + (400.0 / 440) + (100.0 / 200)) / 3, 1e-12);
        statistics.FoundShare.Mean.Should().BeApproximately((0 + (400.0 / 440) + (100.0 / 200)) / 3, 1e-12);
        statistics.HitRatio.Should().BeApproximately((400.0 + 96) / 1080, 1e-12, "whole pages of 16 tokens: 25 and 6");
    }

    [Fact]
    public void SegmentsThatAreAlwaysTogetherAreOneNode()
    {
        WorkloadStatistics statistics = WorkloadStatistics.Of(Given([new(1, 50), new(2, 30), new(3, 20)], [new(1, 50), new(2, 30), new(4, 20)]));
        statistics.KeyPortionShare.Mean.Should().Be(0.8);
        statistics.KeyPortionSharers.Mean.Should().Be(2);
    }

    [Fact]
    public void TheSamePromptTwiceIsFoundButForOneTokenThatMustBeComputed()
    {
        WorkloadStatistics statistics = WorkloadStatistics.Of(Given([new PromptSegment(1, 32)], [new PromptSegment(1, 32)]));
        statistics.FoundShare.Mean.Should().Be(0.5);
        statistics.HitRatio.Should().Be(16.0 / 64);
        statistics.SharedShare.Mean.Should().Be(1);
        statistics.DistinctTokens.Should().Be(32 + 2);
    }

    [Fact]
    public void AnAnswerThatComesBackInTheNextTurnIsFound()
    {
        WorkloadRequest first = Request(0, new PromptSegment(1, 160));
        WorkloadRequest second = Request(1, new PromptSegment(1, 160), first.Output, new PromptSegment(2, 15)) with { After = 0 };
        WorkloadStatistics statistics = WorkloadStatistics.Of(new Workload { Name = "turns", Requests = [first, second], Rate = 1, Seed = 0 });

        statistics.FollowUps.Should().Be(1);
        statistics.FoundShare.Max.Should().BeApproximately(161.0 / 176, 1e-12);
        statistics.DistinctTokens.Should().Be(160 + 1 + 15 + 1);
    }

    [Fact]
    public void OneLengthOfAContentIsAPrefixOfAnother()
    {
        WorkloadStatistics statistics = WorkloadStatistics.Of(Given([new PromptSegment(1, 100)], [new PromptSegment(1, 60), new PromptSegment(2, 40)], [new PromptSegment(1, 30)]));
        statistics.SharedShare.Mean.Should().BeApproximately((0.6 + 0.6 + 1) / 3, 1e-12);
        statistics.DistinctTokens.Should().Be(100 + 40 + 3);
    }

    [Fact]
    public void OneRequestAndNoneHaveStatisticsToo()
    {
        WorkloadStatistics one = WorkloadStatistics.Of(Given([new PromptSegment(1, 10)]));
        (one.Requests, one.HitRatio, one.GapVariation, one.Seconds, one.KeyPortionShare.Mean).Should().Be((1, 0, 0, 0, 1));
        WorkloadStatistics none = WorkloadStatistics.Of(Given());
        (none.Requests, none.HitRatio, none.DistinctTokens, none.Prompt).Should().Be((0, 0, 0, default));
    }

    [Fact]
    public void ASummaryIsThatOfTheNumbers()
    {
        LengthSummary summary = LengthSummary.Of(new double[] { 4, 2, 9, 5 });
        (summary.Mean, summary.Deviation, summary.Min, summary.P50, summary.Max).Should().Be((5, Math.Sqrt(6.5), 2, 4.5, 9));
        summary.P90.Should().BeApproximately(5 + (0.7 * 4), 1e-12);
        summary.P99.Should().BeApproximately(5 + (0.97 * 4), 1e-12);
        LengthSummary.Of([]).Should().Be(default(LengthSummary));
    }

    /// <summary>Prompts out of few contents in several lengths, so that every way to part occurs.</summary>
    private static Workload RandomWorkload(Random random) => Given([.. Enumerable.Range(0, random.Next(1, 14)).Select(
        _ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => new PromptSegment((ulong)random.Next(3), random.Next(1, 20))).ToArray())]);

    private static Workload Given(params PromptSegment[][] prompts) =>
        new() { Name = "given", Requests = [.. prompts.Select((prompt, index) => Request(index, prompt))], Rate = 1, Seed = 0 };

    private static WorkloadRequest Request(int index, params PromptSegment[] prompt) => new()
    {
        Index = index,
        Arrival = TimeSpan.FromSeconds(index),
        Prompt = prompt,
        Output = new PromptSegment(1000 + (ulong)index, 1),
    };
}
