namespace Preble.Core.Placement;

/// <summary>What a placed request turned out to be.</summary>
/// <param name="Outcome">How it ended. Only whole answers teach the scheduler how long answers are.</param>
/// <param name="CachedTokens">Prompt tokens that the worker found cached.</param>
/// <param name="OutputTokens">Tokens produced, over all choices.</param>
/// <param name="TtftSeconds">From placement to the first token, if there was one.</param>
/// <param name="TotalSeconds">From placement to the end.</param>
public readonly record struct CompletionFacts(
    CompletionOutcome Outcome, int CachedTokens, int OutputTokens, double? TtftSeconds, double TotalSeconds)
{
    /// <summary>Where it ran, if that is told: what ended there says nothing of a request that was placed elsewhere since.</summary>
    public WorkerId Worker { get; init; }
}
