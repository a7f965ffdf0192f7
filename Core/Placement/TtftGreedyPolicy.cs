namespace Preble.Core.Placement;

/// <summary>
/// The rule of Mooncake's Conductor (FAST 2025): the least predicted time to the prompt's own first token. What that does to those already there, and
/// to its own decode, does not count. Left out: fetching the prefix from a worker that has more of it, as no pages move between workers here, and
/// refusing what would miss its objective.
/// </summary>
public sealed class TtftGreedyPolicy : IPlacementPolicy
{
    public const string PolicyName = "ttft-greedy";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["round-trip", "wait", "prefill"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            costs[i].Eligible = true;
            costs[i].Total = worker.TtftSeconds(candidate.MissedTokens, candidate.CachedTokens);
            costs[i].Terms[0] = worker.RoundTripSeconds;
            costs[i].Terms[1] = worker.WaitSeconds;
            costs[i].Terms[2] = costs[i].Total - costs[i].Terms[0] - costs[i].Terms[1];
        }

        return Rotation.Least(costs, input.Decision);
    }
}
