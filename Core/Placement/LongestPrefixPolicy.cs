namespace Preble.Core.Placement;

/// <summary>
/// The candidate with the most of the prompt cached, whatever its load: affinity alone, as in the prefix-aware routing of vLLM's production stack (2025).
/// It is here to show what that leads to: one system prompt that all prompts begin with sends them all to one worker for ever.
/// </summary>
public sealed class LongestPrefixPolicy : IPlacementPolicy
{
    public const string PolicyName = "longest-prefix";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["missed"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            costs[i].Eligible = true;
            costs[i].Total = input.Candidates[i].MissedTokens;
            costs[i].Terms[0] = costs[i].Total;
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        int cached = input.Candidates[chosen].CachedTokens;
        string name = Reasons.Name(input, chosen);
        return cached == 0 ? $"Nobody has any of the prompt cached, and {name} is as good as any{Reasons.Turns(costs)}."
            : Reasons.Say($"{name} has most of the prompt cached, {cached:N0} of {input.PromptTokens:N0} tokens{Reasons.Turns(costs)}.");
    }
}
