namespace Preble.Core.Placement;

/// <summary>
/// Any candidate, each as likely as another: the baseline that knows nothing at all, a mode of SGLang's, Dynamo's and AIBrix's routers. The lot is a hash
/// of the decision's number, so that a run can be repeated.
/// </summary>
/// <param name="options">Gives the seed.</param>
public sealed class RandomPolicy(PolicyOptions options) : IPlacementPolicy
{
    public const string PolicyName = "random";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["lot"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        ulong draw = Hashing.Mix((ulong)input.Decision, (ulong)options.Seed);
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i].Eligible = true;
            costs[i].Total = Hashing.Share(Hashing.Mix((ulong)i, draw));
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) =>
        $"{Reasons.Name(input, chosen)} drew {Reasons.Cost(costs[chosen].Total)}, {(costs.Length > 1 ? Reasons.Say($"the least of {costs.Length} lots") : "the only lot")}.";
}
