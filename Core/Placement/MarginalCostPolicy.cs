namespace Preble.Core.Placement;

/// <summary>
/// Sends a prompt where the sum of everybody's delay grows least: its own time to the first token and to the end, and the time it takes from those
/// already there. Reuse and load are weighed in the same seconds, so there is no threshold between them, and a hot prefix spreads by itself when
/// waiting for its owner costs more than computing it again.
/// <para>A worker that starts slowly (<see cref="WorkerView.Warmth"/>) is taken to need that much longer, so that it first gets the prompts that gain most
/// by it; and it is never far ahead of the others in sequences, whatever the costs say of work that nobody has seen it do.</para>
/// </summary>
/// <param name="options">Weights.</param>
public sealed class MarginalCostPolicy(PolicyOptions options) : IPlacementPolicy
{
    public const string PolicyName = "marginal-cost";

    /// <summary>Sequences by which a worker that starts slowly may be ahead of the mean of the others and still get one.</summary>
    public const int WarmingLeadMax = 4;

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["round-trip", "wait", "prefill", "decode", "others", "overflow"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        double output = input.OutputTokens;
        double contextEach = input.PromptTokens + (output / 2);
        long sequences = 0;
        foreach (ref readonly Candidate candidate in input.Candidates)
        {
            sequences += candidate.Worker.Sequences;
        }

        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            WorkerRates rates = worker.Rates;
            double there = worker.Sequences;
            double slowness = 1 / worker.Warmth;
            double step = worker.DecodeStepSeconds;
            double prefill = rates.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens);

            ref CandidateCost cost = ref costs[i];
            cost.Eligible = worker.Warmth >= 1 || (there - WarmingLeadMax) * (costs.Length - 1) <= sequences - there;

            // 1. Its own delay: w_T * time to the first token, then O steps among all that are there.
            cost.Terms[0] = options.LatencyPreference * worker.RoundTripSeconds;
            cost.Terms[1] = slowness * options.LatencyPreference * (worker.QueuedPrefillSeconds + (worker.Chunks(worker.QueuedPrefillTokens) * step));
            cost.Terms[2] = slowness * options.LatencyPreference * (prefill + (worker.Chunks(candidate.MissedTokens) * step));
            cost.Terms[3] = slowness * output * rates.DecodeStepSeconds(there + input.Choices, worker.ContextTokens + (input.Choices * contextEach));

            // 2. The delay of the others: all wait for its prefill, and half of them, on average, see each of its steps.
            cost.Terms[4] = slowness * there * (prefill + (0.5 * output * input.Choices * (rates.Gamma + (rates.Delta * contextEach))));

            // 3. Key-value memory that is not there.
            double need = worker.HeldTokens + worker.QueuedPrefillTokens + candidate.MissedTokens + (input.Choices * output);
            cost.Terms[5] = need > worker.KvTokens ? options.OverflowSeconds * (need - worker.KvTokens) / worker.KvTokens : 0;

            cost.Total = cost.Terms[0] + cost.Terms[1] + cost.Terms[2] + cost.Terms[3] + cost.Terms[4] + cost.Terms[5];
        }

        return Rotation.Least(costs, input.Decision);
    }
}
