namespace Preble.Core.Placement;

/// <summary>One row of a decision's cost table. The scheduler fills the worker and its cached tokens in, the policy the rest.</summary>
public struct CandidateCost
{
    public WorkerId Worker;

    /// <summary>Prompt tokens expected to be cached there.</summary>
    public int CachedTokens;

    /// <summary>Whether the policy's rule admits the worker at all; its cost is told in any case.</summary>
    public bool Eligible;

    /// <summary>Seconds for policies that count in time; for the others whatever they compare. The least one wins.</summary>
    public double Total;

    public CostTerms Terms;
}
