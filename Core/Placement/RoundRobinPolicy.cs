namespace Preble.Core.Placement;

/// <summary>Every candidate in turn, whatever it holds or does: the baseline that ignores both.</summary>
public sealed class RoundRobinPolicy : IPlacementPolicy
{
    public const string PolicyName = "round-robin";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = [];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        foreach (ref CandidateCost cost in costs)
        {
            cost.Eligible = true;
            cost.Total = 0;
        }

        return Rotation.Least(costs, input.Decision);
    }
}
