namespace Preble.Core.Placement;

/// <summary>Why a request went where it went, and what came of it: the last decision for the request, predicted against actual.</summary>
public sealed record DecisionRecord
{
    public required RequestId Request { get; init; }

    /// <summary>Number of the decision, from 0.</summary>
    public required long Decision { get; init; }

    /// <summary>When it was taken, on the scheduler's clock.</summary>
    public required TimeSpan At { get; init; }

    public required string Policy { get; init; }

    /// <summary>The chosen worker.</summary>
    public required WorkerId Worker { get; init; }

    public required int PromptTokens { get; init; }

    /// <summary>Prompt tokens that were expected to be cached.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Predicted time to compute the others.</summary>
    public required double PrefillSeconds { get; init; }

    /// <summary>Predicted time to the first token.</summary>
    public required double TtftSeconds { get; init; }

    /// <summary>What decided, in a sentence; null unless the request was the one that <see cref="GlobalScheduler.Asked"/> named.</summary>
    public required string? Reason { get; init; }

    /// <summary>Names of the cost terms.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>
    /// The cost table, or of a long one the chosen worker first and then the cheapest others; empty if later decisions have overwritten it.
    /// </summary>
    public required IReadOnlyList<CandidateExplanation> Candidates { get; init; }

    /// <summary>What came of it, once the request has ended.</summary>
    public required CompletionFacts? Actual { get; init; }
}
