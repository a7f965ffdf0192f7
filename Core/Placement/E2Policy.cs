using Preble.Core.Placement.E2;

namespace Preble.Core.Placement;

/// <summary>
/// Preble's E2 (arXiv 2407.00023, Algorithms 1 and 2): exploit when more of the prompt is cached than missed, among the workers with the longest
/// match; else explore all. Either way the least cost L + M + P in seconds of worker time wins, unless exploring finds a worker heavy in decodes,
/// which takes the prompt as it has compute to spare. Key portions move between workers and are replicated as the load demands
/// (<see cref="PolicyOptions.E2Rebalances"/>).
/// <para>Left open by the paper and chosen here: the regressions PT and DT are the worker's rates, DT for one sequence alone; the mean output length
/// of a worker that has finished nothing within the window is that of all; DECODERATIO is the share of a worker's sequences that decode now over the mean
/// share of the candidates, and IMBALR is <see cref="PolicyOptions.ImbalanceRatio"/>: counted over requests within the window instead, a worker would stay
/// heavy in decodes while one explored prompt after the other piles up there; ties rotate. Matches count what is promised, and a full match is a hit.</para>
/// </summary>
public sealed class E2Policy : IPlacementPolicy, IPlacementObserver
{
    public const string PolicyName = "e2";

    /// <summary>Only a worker most of whose sequences decode can be heavy in decodes, whatever the others do.</summary>
    private const double DecodeShareMin = 0.5;

    private readonly PolicyOptions _options;
    private readonly ExploitChoice? _exploit;

    /// <param name="options">Constants.</param>
    public E2Policy(PolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        if (options.E2Rebalances)
        {
            Adjustment = new PostAssignment(options);
            _exploit = new ExploitChoice(options, Adjustment.Ledger);
        }
    }

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["load", "eviction", "prefill"];

    public bool WantsEvictions => true;

    public bool WantsPath => _options.E2Rebalances;

    /// <summary>What it remembers between decisions; null if it does not rebalance.</summary>
    internal PostAssignment? Adjustment { get; }

    public int Choose(in PlacementInput input, Span<CandidateCost> costs) => Decide(input, costs).Chosen;

    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        Decision decision = Decide(input, new CandidateCost[costs.Length]);
        int longest = input.LongestCachedTokens;
        string name = Reasons.Name(input, chosen);
        string least = Reasons.Least(Terms, input, costs, chosen, barred: "has less of it");
        string tokens = Reasons.Say($"{longest:N0} tokens are cached at most and {input.PromptTokens - longest:N0} missed there");
        if (decision.Exploits)
        {
            return $"Exploit: {tokens}; " + (decision.Exploit is { } exploit ? _exploit!.Reason(input, costs, exploit, least) : $"of those with the longest match {least}");
        }

        HeavyInDecodes heavy = decision.Heavy;
        string share = Reasons.Say($"{heavy.Share:P0} of its sequences, more than half and {_options.ImbalanceRatio:#,0.####} times the mean of {heavy.Mean:P0}");
        return $"Explore: {tokens}; " + (heavy.Index >= 0 ? $"{name} is heavy in decodes, {share}." : least);
    }

    private Decision Decide(in PlacementInput input, Span<CandidateCost> costs)
    {
        int longest = input.LongestCachedTokens;
        bool exploit = input.PromptTokens - longest < longest;
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerRates rates = candidate.Worker.Rates;
            costs[i].Eligible = !exploit || candidate.CachedTokens == longest;
            costs[i].Terms[0] = WindowSeconds(candidate.Worker, input.OutputTokens);
            costs[i].Terms[1] = candidate.Eviction.Seconds(rates);
            costs[i].Terms[2] = rates.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens);
            costs[i].Total = costs[i].Terms[0] + costs[i].Terms[1] + costs[i].Terms[2];
        }

        if (exploit && _exploit is not null)
        {
            ExploitDecision decision = _exploit.Choose(input, costs);
            return new Decision(decision.Chosen, exploit, decision, HeavyInDecodes.None);
        }

        HeavyInDecodes heavy = exploit || !_options.E2BalancesDecodes ? HeavyInDecodes.None : HeaviestInDecodes(input);
        return new Decision(heavy.Index >= 0 ? heavy.Index : Rotation.Least(costs, input.Decision), exploit, Exploit: null, heavy);
    }

    public void Placed(in PlacementInput input, int chosen)
    {
        if (Adjustment is not null)
        {
            ref readonly Candidate candidate = ref input.Candidates[chosen];
            WorkerRates rates = candidate.Worker.Rates;
            double mean = MeanOutput(candidate.Worker.Window, input.OutputTokens);
            double decode = mean * (rates.DecodeStepSeconds(1, 0) + (rates.Delta * (input.PromptTokens + (mean / 2))));
            Adjustment.Placed(input, chosen, rates.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens) + decode);
        }
    }

    public void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now) => Adjustment?.Ended(request, facts, now);

    public void Left(WorkerId worker) => Adjustment?.Left(worker);

    /// <summary>L: prefill of what was sent within the window, and for each request the decode of a mean output.</summary>
    private static double WindowSeconds(WorkerView worker, double outputTokens)
    {
        WindowSums window = worker.Window;
        double mean = MeanOutput(window, outputTokens);
        double contexts = window.PromptTokens + (window.Requests * mean / 2);
        return window.PrefillSeconds + (mean * ((window.Requests * worker.Rates.DecodeStepSeconds(1, 0)) + (worker.Rates.Delta * contexts)));
    }

    private static double MeanOutput(in WindowSums window, double outputTokens) =>
        window.Finished > 0 ? (double)window.OutputTokens / window.Finished : outputTokens;

    /// <summary>The candidate with the highest DECODERATIO above IMBALR.</summary>
    private HeavyInDecodes HeaviestInDecodes(in PlacementInput input)
    {
        double sum = 0;
        int counted = 0;
        double highest = 0;
        int heaviest = -1;
        int count = input.Candidates.Length;
        int first = (int)(input.Decision % count);
        for (int i = 0; i < count; i++)
        {
            int at = (first + i) % count;
            WorkerView worker = input.Candidates[at].Worker;
            if (worker.Sequences >= _options.ImbalanceSequencesMin)
            {
                double share = (double)worker.Decoding / worker.Sequences;
                sum += share;
                counted++;
                heaviest = share > highest ? at : heaviest;
                highest = Math.Max(highest, share);
            }
        }

        bool isHeavy = highest > DecodeShareMin && highest * counted > _options.ImbalanceRatio * sum;
        return isHeavy ? new HeavyInDecodes(heaviest, highest, sum / counted) : HeavyInDecodes.None;
    }

    /// <param name="Chosen">Index of the candidate.</param>
    /// <param name="Exploits">Whether more of the prompt is cached than missed.</param>
    /// <param name="Exploit">What decided then, where portions are moved; else null.</param>
    /// <param name="Heavy">The candidate that it went to as one that is heavy in decodes, if any.</param>
    private readonly record struct Decision(int Chosen, bool Exploits, ExploitDecision? Exploit, HeavyInDecodes Heavy);

    /// <param name="Index">Of the candidate; -1 if none is heavy in decodes.</param>
    /// <param name="Share">Of its sequences that decode.</param>
    /// <param name="Mean">Of the shares that were compared.</param>
    private readonly record struct HeavyInDecodes(int Index, double Share, double Mean)
    {
        public static readonly HeavyInDecodes None = new(-1, 0, 0);
    }
}
