namespace Preble.Core.Placement;

/// <summary>
/// The router of llm-d (2026) with the scorers and weights of its guides: the shortest queue 2, free key-value memory 2, cached prefix 3, and the
/// highest sum wins. Queues are scaled between the shortest and the longest of the candidates, all 1 where they are equal; memory and prefix are shares
/// of the whole. What is shown here is what each score lacks of its weight, so that the least wins.
/// <para>Differences: it reads queue and memory from the workers' metrics, up to 50 ms old; our queue has what is on its way, too. Its guides pick the
/// prefix by its own history of routing or, precisely, from the engines' events; ours knows the events and what was promised. It picks one of equals by
/// lot; here they take turns.</para>
/// </summary>
/// <param name="options">Weights.</param>
public sealed class LlmDPolicy(PolicyOptions options) : IPlacementPolicy
{
    public const string PolicyName = "llm-d";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["queue", "memory", "prefix"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        int longest = 0;
        int shortest = int.MaxValue;
        foreach (ref readonly Candidate candidate in input.Candidates)
        {
            longest = Math.Max(longest, candidate.Worker.Waiting);
            shortest = Math.Min(shortest, candidate.Worker.Waiting);
        }

        double range = Math.Max(longest - shortest, 1);
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            costs[i].Eligible = true;
            costs[i].Terms[0] = options.LlmDQueueWeight * ((worker.Waiting - shortest) / range);
            costs[i].Terms[1] = options.LlmDMemoryWeight * Math.Min((double)worker.HeldTokens / worker.KvTokens, 1);
            costs[i].Terms[2] = options.LlmDPrefixWeight * ((double)candidate.MissedTokens / input.PromptTokens);
            costs[i].Total = costs[i].Terms[0] + costs[i].Terms[1] + costs[i].Terms[2];
        }

        return Rotation.Least(costs, input.Decision);
    }
}
