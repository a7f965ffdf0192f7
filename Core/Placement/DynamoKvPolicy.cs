namespace Preble.Core.Placement;

/// <summary>
/// The key-value router of NVIDIA Dynamo (2026, <c>router-concepts.md</c>) with its defaults: the least sum of prompt tokens still to be computed, the
/// new prompt's uncached ones included, and tokens of memory that live sequences hold or will once those are computed, what they share counted once;
/// temperature 0. It counts in blocks, which changes nothing.
/// <para>Differences: it charges a prompt in full until its first token, ours falls with every chunk that is reported. It knows memory from what it
/// routed, ours is what the worker reports. A cached prefix that no live sequence uses is new memory there, and is none here. Of equal workers it
/// takes one by lot; here they take turns.</para>
/// </summary>
public sealed class DynamoKvPolicy : IPlacementPolicy
{
    public const string PolicyName = "dynamo-kv";

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["prefill", "memory"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            costs[i].Eligible = true;
            costs[i].Terms[0] = candidate.Worker.QueuedPrefillTokens + candidate.MissedTokens;
            costs[i].Terms[1] = candidate.Worker.HeldTokens + costs[i].Terms[0];
            costs[i].Total = costs[i].Terms[0] + costs[i].Terms[1];
        }

        return Rotation.Least(costs, input.Decision);
    }
}
