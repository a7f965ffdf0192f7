namespace Preble.Core.Placement;

/// <summary>
/// The candidate with the fewest sequences on it, counted from the moment they are placed: the baseline that ignores the cache. Least outstanding requests, the
/// choice <c>lor</c> of Preble's released server, AIBrix's <c>least-request</c>.
/// </summary>
public sealed class LeastLoadPolicy : IPlacementPolicy
{
    public const string PolicyName = "least-load";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["sequences"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i].Eligible = true;
            costs[i].Total = input.Candidates[i].Worker.Sequences;
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) =>
        Reasons.Say($"{Reasons.Name(input, chosen)} has the fewest sequences, {costs[chosen].Total:N0}{Reasons.Turns(costs)}.");
}
