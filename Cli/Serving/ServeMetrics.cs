namespace Preble.Cli.Serving;

/// <summary>What a load came to. Every quantity is over completed requests, as in vLLM's benchmark.</summary>
internal sealed record ServeMetrics
{
    /// <summary>From the start to the last end.</summary>
    public required double Seconds { get; init; }

    public required int Completed { get; init; }

    /// <summary>Refused with 429 or 503.</summary>
    public required int Rejected { get; init; }

    /// <summary>Ended in any other way that is no answer.</summary>
    public required int Failed { get; init; }

    /// <summary>Under way when the user ended the benchmark.</summary>
    public required int Cancelled { get; init; }

    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    /// <summary>Prompt tokens that the server had cached, of the requests for which it says so; null if it never does.</summary>
    public required double? HitRatio { get; init; }

    /// <summary>Requests a second that keep the limits; null if there are none.</summary>
    public required double? Goodput { get; init; }

    public required Summary Ttft { get; init; }

    /// <summary>Of requests with more than one token.</summary>
    public required Summary Tpot { get; init; }

    public required Summary Itl { get; init; }

    public required Summary E2el { get; init; }

    /// <summary>Completed requests of each worker that the server names, by name.</summary>
    public required IReadOnlyList<(string Worker, int Requests)> Workers { get; init; }

    /// <summary>What went wrong how often, the most frequent first; a bounded number of them.</summary>
    public required IReadOnlyList<(string Error, int Requests)> Errors { get; init; }

    public double RequestsPerSecond => PerSecond(Completed);

    public double OutputPerSecond => PerSecond(OutputTokens);

    public double TokensPerSecond => PerSecond(InputTokens + OutputTokens);

    /// <summary>Kinds of errors that are told.</summary>
    private const int ErrorsMax = 10;

    public static ServeMetrics Of(LoadResult result, GoodputLimits? goodput)
    {
        StreamMeasurement[] completed = [.. result.Measurements.Where(one => one.Outcome == ServeOutcome.Completed)];
        StreamMeasurement[] told = [.. completed.Where(one => one.CachedTokens is not null)];
        long toldTokens = told.Sum(one => (long)one.PromptTokens);
        int good = goodput is null ? 0 : completed.Count(goodput.Admit);
        return new ServeMetrics
        {
            Seconds = result.Seconds,
            Completed = completed.Length,
            Rejected = Count(ServeOutcome.Rejected),
            Failed = Count(ServeOutcome.Failed),
            Cancelled = Count(ServeOutcome.Cancelled),
            InputTokens = completed.Sum(one => (long)one.PromptTokens),
            OutputTokens = completed.Sum(one => (long)one.OutputTokens),
            HitRatio = toldTokens == 0 ? null : told.Sum(one => (long)one.CachedTokens!.Value) / (double)toldTokens,
            Goodput = goodput is null ? null : result.Seconds > 0 ? good / result.Seconds : 0,
            Ttft = Summary.OfSeconds(completed.Select(one => one.TtftSeconds)),
            Tpot = Summary.OfSeconds(completed.Where(one => one.OutputTokens > 1).Select(one => one.TpotSeconds)),
            Itl = Summary.OfSeconds(completed.SelectMany(one => one.Gaps)),
            E2el = Summary.OfSeconds(completed.Select(one => one.LatencySeconds)),
            Workers = [.. completed.Where(one => one.Worker is not null).GroupBy(one => one.Worker!, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.Count()))],
            Errors = [.. result.Measurements.Where(one => one.Outcome is ServeOutcome.Failed or ServeOutcome.Rejected).GroupBy(one => one.Error, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(ErrorsMax).Select(group => (group.Key, group.Count()))],
        };

        int Count(ServeOutcome outcome) => result.Measurements.Count(one => one.Outcome == outcome);
    }

    private double PerSecond(double count) => Seconds > 0 ? count / Seconds : 0;
}
