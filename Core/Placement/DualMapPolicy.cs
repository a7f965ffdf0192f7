namespace Preble.Core.Placement;

/// <summary>
/// DualMap (arXiv 2602.06502, ICLR 2026): the first blocks of a prompt hash to two workers. Of these, the one that has more of the prompt cached takes
/// it, unless that one would then have more tokens to compute than the first token may wait for; then, and if neither has more, the one with fewer to
/// compute does. How many blocks name a prompt follows how hot they are (<see cref="HotPrefixes"/>), so that a system prompt common to all does not
/// send all to one pair. A prompt without keys goes where the fewest tokens are to be computed, of all candidates.
/// <para>Of its migration only what a placement can do is here: while the owner is over its limit, what comes goes to the other of the pair. Left out:
/// moving requests that already wait at the owner, as a placed request stays where it is.</para>
/// </summary>
/// <param name="options">Constants.</param>
public sealed class DualMapPolicy(PolicyOptions options) : IPlacementPolicy, IPlacementObserver
{
    public const string PolicyName = "dualmap";

    private readonly HashRing _ring = new();
    private readonly HotPrefixes _prefixes = new(options.DualMapBlockTokens, options.DualMapWindowRequests);

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["queued", "missed"];

    public bool WantsEvictions => false;

    internal HotPrefixes Prefixes => _prefixes;

    private enum Rule
    {
        NoKeys,
        NoneHasMore,
        HasMore,
        IsTooLate,
    }

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        Admit(input, costs);
        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        (Rule rule, int owner, int other) = Admit(input, new CandidateCost[costs.Length]);
        string name = Reasons.Name(input, chosen);
        string fewest = Reasons.Say($"{name} would have the fewest tokens to compute, {costs[chosen].Total:N0}{Reasons.Turns(costs)}");
        if (rule == Rule.NoKeys)
        {
            return $"The prompt came without keys to hash, and {fewest}.";
        }

        if (other < 0)
        {
            return $"The prompt hashes to {name}, which is alone.";
        }

        string pair = $"The prompt hashes to {Reasons.Name(input, owner)} and {Reasons.Name(input, other)}";
        string more = Reasons.Say($"{input.Candidates[owner].CachedTokens:N0} tokens cached against {input.Candidates[other].CachedTokens:N0}");
        string late = Reasons.Say($"{costs[owner].Total:N0} to compute");
        return rule switch
        {
            Rule.HasMore => Reasons.Say($"{pair}: {name} has more of it, {more}, and with {late} is within the limit of {options.DualMapSloTokens:N0}."),
            Rule.IsTooLate => Reasons.Say($"{pair}: {Reasons.Name(input, owner)} has more of it, {more}, but with {late} is beyond the limit of ")
                + Reasons.Say($"{options.DualMapSloTokens:N0}, so that load decides: {fewest}."),
            _ => Reasons.Say($"{pair}: neither has more than {input.Candidates[owner].CachedTokens:N0} tokens cached, and {fewest}."),
        };
    }

    public void Placed(in PlacementInput input, int chosen)
    {
        if (!input.Keys.IsEmpty)
        {
            _prefixes.Add(input, input.Candidates.Length);
        }
    }

    public void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now)
    {
    }

    public void Left(WorkerId worker) => _ring.Forget(worker);

    /// <summary>Fills the table and admits whoever the prompt may go to.</summary>
    /// <returns>By which rule, and the two that it hashes to, the one with more of it cached first; -1 where there is none.</returns>
    private (Rule Rule, int Owner, int Other) Admit(in PlacementInput input, Span<CandidateCost> costs)
    {
        (int first, int second) = Pair(input);
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            costs[i].Eligible = first < 0 || i == first || i == second;
            costs[i].Terms[0] = candidate.Worker.QueuedPrefillTokens;
            costs[i].Terms[1] = candidate.MissedTokens;
            costs[i].Total = costs[i].Terms[0] + costs[i].Terms[1];
        }

        if (second < 0 || input.Candidates[first].CachedTokens == input.Candidates[second].CachedTokens)
        {
            return (first < 0 ? Rule.NoKeys : Rule.NoneHasMore, first, second);
        }

        bool isFirst = input.Candidates[first].CachedTokens > input.Candidates[second].CachedTokens;
        (int owner, int other) = isFirst ? (first, second) : (second, first);
        costs[other].Eligible = costs[owner].Total > options.DualMapSloTokens;
        return (costs[other].Eligible ? Rule.IsTooLate : Rule.HasMore, owner, other);
    }

    /// <summary>The two candidates that the prompt hashes to; -1 for the second if there is only one, for both if the prompt has no keys.</summary>
    private (int First, int Second) Pair(in PlacementInput input)
    {
        if (input.Keys.IsEmpty)
        {
            return (-1, -1);
        }

        _ring.Use(input.Candidates);
        ulong key = _prefixes.KeyAt(input, _prefixes.Level(input));
        int first = _ring.Find(Hashing.Mix(key, seed: 1));
        return (first, _ring.Find(Hashing.Mix(key, seed: 2), except: first));
    }
}
