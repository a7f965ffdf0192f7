namespace Preble.Cli.Serving;

/// <summary>What one request to the server came to, as vLLM's benchmark measures it at the client.</summary>
internal sealed record StreamMeasurement
{
    public required ServeOutcome Outcome { get; init; }

    /// <summary>Why there is no answer; empty for a completed one.</summary>
    public string Error { get; init; } = "";

    /// <summary>From sending to the first chunk that carries a choice (TTFT). [seconds]</summary>
    public double TtftSeconds { get; init; }

    /// <summary>From sending to the last chunk that carries a choice (E2EL). [seconds]</summary>
    public double LatencySeconds { get; init; }

    /// <summary>Between a chunk that carries a choice and the one before it (ITL). [chunks - 1], seconds</summary>
    public IReadOnlyList<double> Gaps { get; init; } = [];

    /// <summary>As the server's usage says, or what was expected of the prompt if it says nothing. [tokens]</summary>
    public int PromptTokens { get; init; }

    /// <summary>As the server's usage says, or the number of chunks if it says nothing. [tokens]</summary>
    public int OutputTokens { get; init; }

    /// <summary>Prompt tokens that the server had cached; null if it does not say.</summary>
    public int? CachedTokens { get; init; }

    /// <summary>Which worker answered, if the server says so in <c>x-preble-worker</c>.</summary>
    public string? Worker { get; init; }

    /// <summary>Seconds of a token after the first (TPOT); 0 for answers of one token, which have none.</summary>
    public double TpotSeconds => OutputTokens > 1 ? (LatencySeconds - TtftSeconds) / (OutputTokens - 1) : 0;
}
