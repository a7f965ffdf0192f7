namespace Preble.Core.Placement;

/// <summary>
/// LMetric (arXiv 2603.15202, 2026): the least product of the prompt tokens that the worker has to compute, the new prompt's uncached ones included, and
/// of the sequences on it with the new ones. A product needs no weights. The paper takes workers to be equal; normalised, each factor is in seconds of
/// the worker's own rates: <c>alpha * tokens</c> and <c>t0 * sequences</c>.
/// </summary>
/// <param name="normalised">Whether it is <see cref="NormalisedName"/>.</param>
public sealed class LMetricPolicy(bool normalised) : IPlacementPolicy
{
    public const string PolicyName = "lmetric";

    /// <summary>The name of the variant for unequal workers.</summary>
    public const string NormalisedName = "lmetric-norm";

    /// <summary>Stands for a rate of 0, which would make all loads of its worker equal. [s/token, s]</summary>
    private const double RateMin = 1e-12;

    public string Name => normalised ? NormalisedName : PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["prefill", "sequences"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            costs[i].Eligible = true;
            costs[i].Terms[0] = worker.QueuedPrefillTokens + candidate.MissedTokens;
            costs[i].Terms[1] = worker.Sequences + input.Choices;
            if (normalised)
            {
                costs[i].Terms[0] *= Math.Max(worker.Rates.Alpha, RateMin);
                costs[i].Terms[1] *= Math.Max(worker.Rates.T0, RateMin);
            }

            costs[i].Total = costs[i].Terms[0] * costs[i].Terms[1];
        }

        return Rotation.Least(costs, input.Decision);
    }

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) =>
        Reasons.Least(Terms, input, costs, chosen, product: true);
}
