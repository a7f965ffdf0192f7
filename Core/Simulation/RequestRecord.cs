namespace Preble.Core.Simulation;

/// <summary>What became of one request.</summary>
/// <param name="Index">Of the request in the workload.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Worker">Index of the worker that it was on last; -1 if it was rejected.</param>
/// <param name="Sent">When it was sent, since the start. All times are those of the client.</param>
/// <param name="FirstToken">When its first token came.</param>
/// <param name="Ended">When its last token came.</param>
/// <param name="PromptTokens">[tokens]</param>
/// <param name="CachedTokens">Prompt tokens that its worker found cached when it first ran. [tokens]</param>
/// <param name="OutputTokens">[tokens]</param>
/// <param name="Attempts">Placements: more than one if workers were lost.</param>
public readonly record struct RequestRecord(
    int Index,
    RequestOutcome Outcome,
    int Worker,
    TimeSpan Sent,
    TimeSpan FirstToken,
    TimeSpan Ended,
    int PromptTokens,
    int CachedTokens,
    int OutputTokens,
    int Attempts)
{
    /// <summary>From sending to the first token.</summary>
    public double TtftSeconds => (FirstToken - Sent).TotalSeconds;

    /// <summary>From sending to the last token (E2E).</summary>
    public double LatencySeconds => (Ended - Sent).TotalSeconds;

    /// <summary>Between two tokens after the first, on average; 0 if there is only one.</summary>
    public double TpotSeconds => OutputTokens > 1 ? (Ended - FirstToken).TotalSeconds / (OutputTokens - 1) : 0;
}
