using Preble.Cli.Serving;

namespace Preble.Cli.Tests.Serving;

/// <summary>The definitions of vLLM's benchmark (vllm/benchmarks/serve.py, calculate_metrics), on numbers computed by hand.</summary>
public sealed class MetricsTests
{
    // Times in binary fractions, so that sums are exact.
    private static readonly StreamMeasurement Long = Completed(0.5, 2.5, [0.5, 1.5], prompt: 100, output: 5, cached: 80);
    private static readonly StreamMeasurement Short = Completed(0.25, 0.25, [], prompt: 10, output: 1, cached: 0);
    private static readonly StreamMeasurement Silent = Completed(1, 2, [1], prompt: 50, output: 3, cached: null);

    [Fact]
    public void EachQuantityIsWhatVllmSaysItIs()
    {
        ServeMetrics all = ServeMetrics.Of(new LoadResult([Long, Bad(ServeOutcome.Rejected), Short, Bad(ServeOutcome.Failed), Silent, Bad(ServeOutcome.Rejected)], 4, false), null);

        (all.Completed, all.Rejected, all.Failed, all.Cancelled).Should().Be((3, 2, 1, 0));
        (all.InputTokens, all.OutputTokens).Should().Be((160, 9));
        all.RequestsPerSecond.Should().Be(3 / 4.0);
        all.OutputPerSecond.Should().Be(9 / 4.0);
        all.TokensPerSecond.Should().Be(169 / 4.0);
        all.Goodput.Should().BeNull();

        // TPOT: (latency - TTFT) / (tokens - 1), of answers of more than one token: 500 ms each.
        all.Tpot.Mean.Should().Be(500);
        all.Tpot.Median.Should().Be(500);
        all.Tpot.Std.Should().Be(0);

        // TTFT: 250, 500 and 1000 ms; percentiles between neighbours, the deviation of the population.
        all.Ttft.Mean.Should().BeApproximately(1750 / 3.0, 1e-9);
        all.Ttft.Median.Should().Be(500);
        all.Ttft.P90.Should().BeApproximately(900, 1e-9);
        all.Ttft.P99.Should().BeApproximately(990, 1e-9);
        all.Ttft.Std.Should().BeApproximately(Math.Sqrt(((333.3333 * 333.3333) + (83.3333 * 83.3333) + (416.6667 * 416.6667)) / 3), 1e-3);

        // ITL: every gap of every request: 500, 1000 and 1500 ms.
        all.Itl.Mean.Should().Be(1000);
        all.Itl.Max.Should().Be(1500);

        // E2EL: 250, 2000 and 2500 ms.
        all.E2el.Median.Should().Be(2000);
        all.E2el.Mean.Should().BeApproximately(4750 / 3.0, 1e-9);
    }

    [Fact]
    public void CachedTokensCountWhereTheServerTellsThem() =>
        ServeMetrics.Of(new LoadResult([Long, Short, Silent], 4, false), null).HitRatio.Should().Be(80 / 110.0);

    [Fact]
    public void AServerThatTellsNoCachedTokensHasNoHitRatio() =>
        ServeMetrics.Of(new LoadResult([Silent], 4, false), null).HitRatio.Should().BeNull();

    [Theory]
    [InlineData("ttft:500", 2)]
    [InlineData("ttft:499", 1)]
    [InlineData("tpot:500", 3)]
    [InlineData("tpot:499", 1)]
    [InlineData("e2el:2000", 2)]
    [InlineData("ttft:1000 tpot:600 e2el:2100", 2)]
    [InlineData("ttft:400 e2el:2100", 1)]
    public void GoodRequestsKeepAllLimitsAndAnAnswerOfOneTokenHasNoTpot(string limits, int good)
    {
        GoodputLimits parsed = GoodputLimits.Parse(limits.Split(' '), out string? wrong)!;
        wrong.Should().BeNull();
        ServeMetrics.Of(new LoadResult([Long, Short, Silent, Bad(ServeOutcome.Failed)], 4, false), parsed).Goodput.Should().Be(good / 4.0);
    }

    [Fact]
    public void NothingCompletedIsAllZeros()
    {
        ServeMetrics none = ServeMetrics.Of(new LoadResult([Bad(ServeOutcome.Failed), Bad(ServeOutcome.Cancelled)], 0, true), new GoodputLimits(1, null, null));
        (none.Completed, none.Failed, none.Cancelled, none.Goodput, none.RequestsPerSecond).Should().Be((0, 1, 1, 0, 0));
        none.Ttft.Should().Be(default(Summary));
    }

    [Fact]
    public void ErrorsAreToldByHowOftenTheyCame()
    {
        StreamMeasurement[] bad = [.. Enumerable.Range(0, 40).Select(i => new StreamMeasurement { Outcome = ServeOutcome.Failed, Error = "kind " + (i % 15 == 0 ? 0 : i) })];
        IReadOnlyList<(string Error, int Requests)> errors = ServeMetrics.Of(new LoadResult(bad, 1, false), null).Errors;
        errors.Should().HaveCount(10);
        errors[0].Should().Be(("kind 0", 3));
    }

    private static StreamMeasurement Completed(double ttft, double latency, double[] gaps, int prompt, int output, int? cached) => new()
    {
        Outcome = ServeOutcome.Completed,
        TtftSeconds = ttft,
        LatencySeconds = latency,
        Gaps = gaps,
        PromptTokens = prompt,
        OutputTokens = output,
        CachedTokens = cached,
    };

    private static StreamMeasurement Bad(ServeOutcome outcome) => new() { Outcome = outcome, Error = "why" };
}
