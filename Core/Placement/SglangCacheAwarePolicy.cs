namespace Preble.Core.Placement;

/// <summary>
/// SGLang's router (<c>cache_aware</c> of sgl-model-gateway, now SMG, 2026, with the defaults of its command line). While the numbers of requests on the
/// workers are far apart, the least wins and affinity is off for everybody; else a prompt of which more than a share is cached goes to the worker with
/// the longest match, and any other one to the least.
/// <para>Differences, all in its favour: its tree is a history of what it routed, or of stored blocks where the engine tells of them; ours also knows
/// what was evicted, and a worker that has gone. Workers with equally long matches are told apart by load, as it does with events. Of equal loads it
/// takes the first, which leaves workers unused below one request a worker; here equals take turns.</para>
/// </summary>
/// <param name="options">Thresholds.</param>
public sealed class SglangCacheAwarePolicy(PolicyOptions options) : IPlacementPolicy
{
    public const string PolicyName = "sglang-cache-aware";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["sequences"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        int longest = input.LongestCachedTokens;
        int most = 0;
        int least = int.MaxValue;
        foreach (ref readonly Candidate candidate in input.Candidates)
        {
            most = Math.Max(most, candidate.Worker.Sequences);
            least = Math.Min(least, candidate.Worker.Sequences);
        }

        bool imbalanced = most - least > options.SglangBalanceAbsolute && most > options.SglangBalanceRelative * least;
        bool matched = !imbalanced && longest > options.SglangCacheThreshold * input.PromptTokens;
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            costs[i].Eligible = !matched || candidate.CachedTokens == longest;
            costs[i].Total = candidate.Worker.Sequences;
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }
}
