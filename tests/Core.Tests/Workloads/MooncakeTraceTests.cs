using System.Globalization;
using System.Text;
using Preble.Core.Workloads;

namespace Preble.Core.Tests.Workloads;

/// <summary>Traces in Mooncake's form: what they mean, and what is said of those that are damaged.</summary>
public sealed class MooncakeTraceTests
{
    private const string Four = """
        {"timestamp": 0, "input_length": 1100, "output_length": 7, "hash_ids": [0, 1, 2]}
        {"timestamp": 27, "input_length": 1024, "output_length": 1, "hash_ids": [0, 1]}

        {"timestamp": 500, "input_length": 1025, "output_length": 1, "hash_ids": [0, 1, 3], "type": "chat", "chat": {"id": [1]}}
        {"hash_ids": [18446744073709551615], "input_length": 512, "timestamp": 1500.5}
        """;

    [Fact]
    public void BlocksAreSegmentsOfWhichTheLastHasTheRest()
    {
        Workload workload = Read(Four, out MooncakeFacts facts);

        facts.Should().Be(new MooncakeFacts(512, 0, 0, 4));
        workload.Name.Should().Be("given.jsonl");
        Lengths(workload, 0).Should().Equal(512, 512, 76);
        Lengths(workload, 1).Should().Equal(512, 512);
        Lengths(workload, 2).Should().Equal(512, 512, 1);
        Lengths(workload, 3).Should().Equal(512);
        workload.Requests[1].Prompt.ToArray().Should().Equal(workload.Requests[0].Prompt[..2].ToArray(), "equal ids are equal text");
        workload.Requests[2].Prompt.Span[2].Content.Should().NotBe(workload.Requests[0].Prompt.Span[2].Content);
        workload.Requests.Select(request => request.Output.Tokens).Should().Equal(7, 1, 1, 1);
        workload.Requests.Select(request => request.Arrival.TotalMilliseconds).Should().Equal(0, 27, 500, 1500.5);
        workload.Rate.Should().BeApproximately(4 / 1.5005, 1e-9);
        workload.Requests.Select(request => request.Output.Content).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void StatisticsOfATraceAreThoseItWasMadeWith()
    {
        // 40 sessions of 5 turns; each turn has what the one before had and two blocks more, the first block is everybody's.
        var text = new StringBuilder();
        int next = 1;
        var sessions = new List<int>[40];
        for (int turn = 0; turn < 5; turn++)
        {
            for (int session = 0; session < 40; session++)
            {
                (sessions[session] ??= [0]).AddRange([next++, next++]);
                Line(text, ((turn * 40) + session) * 250, (sessions[session].Count * 512) - 100, 100 + turn, sessions[session]);
            }
        }

        WorkloadStatistics statistics = WorkloadStatistics.Of(Read(text.ToString(), out _));

        statistics.Requests.Should().Be(200);
        statistics.Rate.Should().BeApproximately(200 / 49.75, 1e-9);
        statistics.Prompt.Mean.Should().Be((7 * 512) - 100);
        statistics.Output.Mean.Should().Be(102);
        statistics.GapVariation.Should().BeApproximately(0, 1e-9);

        // A turn finds the one before, less the last block's missing 100 tokens, which that one never had.
        double found = (39.0 * 512) + (40 * Enumerable.Range(1, 4).Sum(turn => (((2 * turn) + 1) * 512) - 100));
        (statistics.FoundShare.Mean > 0.5).Should().BeTrue();
        statistics.HitRatio.Should().BeApproximately(found / (200 * 3484.0), 0.003, "but for what is left of pages");
        statistics.DistinctTokens.Should().Be(512 + (40 * ((10 * 512) - 100)) + Enumerable.Range(0, 5).Sum(turn => 40L * (100 + turn)));
        statistics.SharedShare.Min.Should().BeLessThan(1).And.BeGreaterThan(0.7);
    }

    [Fact]
    public void CoarseTimeStampsAreSpreadEvenlyUnlessToldOtherwise()
    {
        // As the conversation trace: every 3 s, a millisecond early or late, some steps left out.
        long[] stamps = [0, 0, 0, 3000, 5999, 5999, 12_001, 12_001, 12_001, 12_001, 15_000];
        string text = Trace(stamps);

        Workload spread = Read(text, out MooncakeFacts facts);
        facts.QuantumSeconds.Should().BeApproximately(3, 1e-9);
        facts.SpreadSeconds.Should().BeApproximately(3, 1e-9);
        double[] expected = [0, 1000, 2000, 3000, 5999, 7499, 12_001, 12_750.75, 13_500.5, 14_250.25, 15_000];
        Milliseconds(spread).Should().Equal(expected, (one, other) => Math.Abs(one - other) < 0.001);

        Workload together = Read(text, out facts, new MooncakeOptions { SpreadSeconds = 0 });
        Milliseconds(together).Should().Equal(stamps.Select(stamp => (double)stamp));
        facts.QuantumSeconds.Should().BeApproximately(3, 1e-9);

        Workload asked = Read(text, out facts, new MooncakeOptions { SpreadSeconds = 0.3, Speedup = 10 });
        facts.SpreadSeconds.Should().Be(0.3);
        Milliseconds(asked).Take(5).Should().Equal([0, 10, 20, 300, 599.9], (one, other) => Math.Abs(one - other) < 0.001);
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 40, 900, 1300, 5000 })]
    [InlineData(new long[] { 0, 3000, 6000, 9000 })]
    [InlineData(new long[] { 0, 0, 3000, 3000 })]
    [InlineData(new long[] { 0, 0, 3000, 7500, 12_000, 16_600 })]
    [InlineData(new long[] { 7 })]
    public void FineTimeStampsStayAsTheyAre(long[] stamps)
    {
        Workload workload = Read(Trace(stamps), out MooncakeFacts facts);
        facts.QuantumSeconds.Should().Be(0);
        Milliseconds(workload).Should().Equal(stamps.Select(stamp => (double)(stamp - stamps[0])));
        workload.Rate.Should().BePositive().And.BeLessThan(1e6);
    }

    [Fact]
    public void LinesNeedNotBeInOrderOfTime()
    {
        Workload workload = Read(Trace([500, 100, 300, 100]), out _);
        Milliseconds(workload).Should().Equal(0, 0, 200, 400);
        workload.Requests.Select(request => request.Output.Tokens).Should().Equal([2, 4, 3, 1], "lines of the same time stay in order");
        workload.Requests.Select(request => request.Index).Should().Equal(0, 1, 2, 3);
    }

    [Theory]
    [InlineData("[1, 2, 3]", 300, "[9]", 128, 128)]
    [InlineData("[1, 2, 3]", 40, "[9, 8, 7, 6, 5]", 80, 16)]
    [InlineData("[1, 2, 3]", 390, "[9]", 130, 130)]
    [InlineData("[1]", 512, "[2]", 17, 512)]
    public void TheSizeOfABlockFollowsFromTheNumbersOfBlocks(string hashes, int input, string others, int otherInput, int blockTokens)
    {
        string text = $$"""
            {"timestamp": 0, "input_length": {{input}}, "output_length": 1, "hash_ids": {{hashes}}}
            {"timestamp": 1, "input_length": {{otherInput}}, "output_length": 1, "hash_ids": {{others}}}
            """;
        Workload workload = Read(text, out MooncakeFacts facts);
        facts.BlockTokens.Should().Be(blockTokens);
        workload.Requests.Select(request => request.PromptTokens).Should().Equal(input, otherInput);
    }

    [Fact]
    public void NoMoreIsReadThanIsWanted()
    {
        using var reader = new StringReader(Four + "\nnonsense");
        MooncakeTrace.Read("t", reader, new MooncakeOptions { RequestsMax = 4 }).Requests.Should().HaveCount(4);
        reader.ReadLine().Should().Be("nonsense", "and the rest is the caller's");
    }

    internal static string Trace(params long[] stamps)
    {
        var text = new StringBuilder();
        for (int i = 0; i < stamps.Length; i++)
        {
            Line(text, stamps[i], 600, i + 1, [2 * i, (2 * i) + 1]);
        }

        return text.ToString();
    }

    internal static Workload Read(string text, out MooncakeFacts facts, MooncakeOptions? options = null)
    {
        using var reader = new StringReader(text);
        return MooncakeTrace.Read("given.jsonl", reader, options ?? new MooncakeOptions(), out facts);
    }

    private static void Line(StringBuilder text, long milliseconds, int input, int output, IEnumerable<int> hashes) => text.Append(
        CultureInfo.InvariantCulture, $$"""{"timestamp": {{milliseconds}}, "input_length": {{input}}, "output_length": {{output}}, "hash_ids": [{{string.Join(", ", hashes)}}]}""").Append('\n');

    private static IEnumerable<int> Lengths(Workload workload, int request) => workload.Requests[request].Prompt.ToArray().Select(segment => segment.Tokens);

    private static IEnumerable<double> Milliseconds(Workload workload) => workload.Requests.Select(request => request.Arrival.TotalMilliseconds);
}
