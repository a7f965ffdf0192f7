namespace Preble.Core.Placement;

/// <summary>
/// The worker that the first part of the prompt hashes to, whatever is cached where and however loaded it is: what Preble was measured against beside
/// round robin. Its authors' variants knew each workload's key, as the tool or the text before the question; here the key is the first
/// <see cref="PolicyOptions.ConsistentHashTokens"/> of the prompt, and all of a shorter one. So prompts with a longer common beginning all meet on
/// one worker, and prompts that differ earlier are spread evenly. A prompt without keys goes where the fewest sequences are.
/// </summary>
/// <param name="options">Gives the depth.</param>
public sealed class ConsistentHashPolicy(PolicyOptions options) : IPlacementPolicy, IPlacementObserver
{
    public const string PolicyName = "consistent-hash";

    private readonly HashRing _ring = new();

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["sequences"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        int owner = Owner(input);
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i].Eligible = owner < 0 || i == owner;
            costs[i].Total = input.Candidates[i].Worker.Sequences;
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        string name = Reasons.Name(input, chosen);
        if (Owner(input) < 0)
        {
            return Reasons.Say($"The prompt came without keys to hash, and {name} has the fewest sequences, {costs[chosen].Total:N0}{Reasons.Turns(costs)}.");
        }

        int tokens = PrefixDepth.Pages(input, options.ConsistentHashTokens) * input.PageTokens;
        return Reasons.Say($"The first {tokens:N0} tokens hash to {name}, whatever its load; sequences there: {costs[chosen].Total:N0}.");
    }

    public void Placed(in PlacementInput input, int chosen)
    {
    }

    public void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now)
    {
    }

    public void Left(WorkerId worker) => _ring.Forget(worker);

    /// <summary>The candidate that the prompt hashes to; -1 if the prompt has no keys.</summary>
    private int Owner(in PlacementInput input)
    {
        if (input.Keys.IsEmpty)
        {
            return -1;
        }

        _ring.Use(input.Candidates);
        return _ring.Find(Hashing.Mix(PrefixDepth.Key(input, options.ConsistentHashTokens), seed: 0));
    }
}
