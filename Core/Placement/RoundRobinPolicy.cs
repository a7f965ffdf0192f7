namespace Preble.Core.Placement;

/// <summary>
/// Every candidate in turn, whatever it holds or does: the baseline that ignores both. What Preble was measured against, before SGLang and before vLLM
/// (paper, 4.2), and a mode of SGLang's and Dynamo's routers.
/// </summary>
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

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) =>
        costs.Length == 1 ? $"By turns: {Reasons.Name(input, chosen)} is the only candidate."
            : Reasons.Say($"By turns: of {costs.Length} candidates decision {input.Decision} goes to number {chosen}, from 0, which is {Reasons.Name(input, chosen)}.");
}
