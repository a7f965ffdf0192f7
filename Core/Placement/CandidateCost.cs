namespace Preble.Core.Placement;

/// <summary>What a policy says of one candidate: a row of a decision's cost table.</summary>
public struct CandidateCost
{
    /// <summary>Whether the policy's rule admits the worker at all; its cost is told in any case.</summary>
    public bool Eligible;

    /// <summary>Seconds for policies that count in time; for the others whatever they compare. The least one wins.</summary>
    public double Total;

    public CostTerms Terms;
}
