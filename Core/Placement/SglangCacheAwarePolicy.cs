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
        Scene scene = Look(input);
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            costs[i].Eligible = !scene.IsMatched || candidate.CachedTokens == scene.Longest;
            costs[i].Total = candidate.Worker.Sequences;
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        Scene scene = Look(input);
        string name = Reasons.Name(input, chosen);
        string loads = Reasons.Say($"loads from {scene.Least:N0} to {scene.Most:N0} sequences");
        string apart = Reasons.Say($"apart by more than {options.SglangBalanceAbsolute:N0} and {options.SglangBalanceRelative:#,0.####} times");
        string cached = Reasons.Say($"{scene.Longest:N0} of {input.PromptTokens:N0} tokens are cached at most");
        string threshold = Reasons.Say($"more than the share of {options.SglangCacheThreshold:0.####}");
        string fewest = Reasons.Say($"{name} has the fewest sequences, {costs[chosen].Total:N0}{Reasons.Turns(costs)}");
        return scene.IsImbalanced ? $"Balance: {loads} are {apart}, so affinity is off, and {fewest}."
            : scene.IsMatched ? $"Affinity: {cached}, {threshold}, and {loads} are not {apart}; of those that have them {fewest}."
            : $"No affinity: {cached}, not {threshold}, so {fewest}.";
    }

    private Scene Look(in PlacementInput input)
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
        return new Scene(longest, most, least, imbalanced, !imbalanced && longest > options.SglangCacheThreshold * input.PromptTokens);
    }

    /// <param name="Longest">Tokens that the candidate has cached that has most.</param>
    /// <param name="Most">Sequences on the most loaded.</param>
    /// <param name="Least">Sequences on the least loaded.</param>
    /// <param name="IsImbalanced">Whether these are too far apart for affinity.</param>
    /// <param name="IsMatched">Whether affinity decides.</param>
    private readonly record struct Scene(int Longest, int Most, int Least, bool IsImbalanced, bool IsMatched);
}
