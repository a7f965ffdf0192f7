namespace Preble.Core.Placement;

/// <summary>
/// Sends a prompt where the sum of everybody's delay grows least: its own time to the first token and to the end, and the time it takes from those
/// already there. Reuse and load are weighed in the same seconds, so there is no threshold between them, and a hot prefix spreads by itself when
/// waiting for its owner costs more than computing it again.
/// <para>What a prompt's new pages drive out costs as often as evictions are regretted (<see cref="EvictionRegret"/>): nothing where prompts end in tails
/// that nobody repeats; where the workers' memory is about as large as what is in use, enough to keep each prefix with its owner a little longer. Only what
/// finds no room drives anything out (<see cref="WorkerView.DisplacedTokens"/>): where one worker has been promised more than it holds and another has room
/// left, the difference is the whole of it, or else the one computes its documents again and again. Wherever they lay, they are computed again where that is
/// fastest, which delays who asks, all that are there, and those that come, as this prompt's own computing does.</para>
/// <para>Where prompts wait, computing one also delays those that come before the worker has caught up: as many, it is taken, as the prompts sent to it of
/// late found waiting there (<see cref="WorkerView.Followers"/>). That is nothing while nobody waits; in a saturated cluster it keeps one from computing again
/// what its owner has, which would make the very queues that it flees from. Where memory is what they wait for, the same holds of the memory that this one
/// takes until it ends: prompts that share theirs stay together.</para>
/// <para>Memory that those who wait will take is taken already, be it to compute in or to hold what is cached for them; and it comes free only as the last of
/// those who share it ends (<see cref="WorkerView.TurnoverSeconds"/>). A worker full of documents, whose queue has hardly a token to compute, is not idle.</para>
/// <para>A copy of a prefix that others have is computed for those that follow, too (<see cref="PrefixRates"/>): half of as many as come while it is computed
/// are taken to gain by it what this one would with the copy in place, in the measure in which memory keeps copies. Without this a hot prefix stays with the
/// slow worker that was idle when it came, since each prompt alone gains less than its computing takes from the others.</para>
/// <para>A worker that starts slowly (<see cref="WorkerView.Warmth"/>) is taken to need that much longer, so that it first gets the prompts that gain most
/// by it; and it is never far ahead of the others in sequences, whatever the costs say of work that nobody has seen it do. One that was never tried
/// (<see cref="WorkerView.IsUntried"/>) gets the benefit of the doubt for one prompt that is mostly new to all.</para>
/// </summary>
/// <param name="options">Weights.</param>
public sealed class MarginalCostPolicy(PolicyOptions options) : IPlacementPolicy, IPlacementObserver
{
    public const string PolicyName = "marginal-cost";

    /// <summary>Sequences by which a worker that starts slowly may be ahead of the mean of the others and still get one.</summary>
    public const int WarmingLeadMax = 4;

    /// <summary>
    /// What an untried worker is predicted to take counts this many times: less than half, so that a profile that says twice too much does not keep a
    /// worker from being measured for as long as others have room. Equal workers told wrong by two lost up to 12 % of mean latency in simulation without
    /// this, and up to half a percent with it.
    /// </summary>
    public const double UntriedFactor = 0.4;

    /// <summary>
    /// Share of the evictions that are taken to be free at least. What was driven out and is computed again drives out something else with the same
    /// chance, so that an eviction costs regret / (1 - regret) times what it drove out; this bounds it by ten times.
    /// </summary>
    public const double EvictionsUnregrettedMin = 0.1;

    /// <summary>
    /// Share of those that come while a copy is computed who are taken to gain by it as the first would: they fill the worker until the last gains nothing.
    /// </summary>
    public const double CopyShare = 0.5;

    private readonly PrefixRates _uses = new();

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["round-trip", "wait", "prefill", "decode", "others", "overflow", "eviction", "followers", "copy"];

    public bool WantsEvictions => false;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        double output = input.OutputTokens;
        double contextEach = input.PromptTokens + (output / 2);
        long sequences = 0;
        int longest = input.LongestCachedTokens;
        WorkerRates fastest = default;
        double least = double.PositiveInfinity;
        foreach (ref readonly Candidate candidate in input.Candidates)
        {
            sequences += candidate.Worker.Sequences;
            double all = candidate.Worker.Rates.PrefillSeconds(input.PromptTokens, 0);
            (least, fastest) = all < least ? (all, candidate.Worker.Rates) : (least, fastest);
        }

        // A prompt that is mostly cached somewhere is not what a worker is tried with.
        double untried = longest > input.PromptTokens - longest ? 1 : UntriedFactor;

        // Computing again what was driven out drives out something else.
        double regret = input.EvictionRegret / (1 + EvictionsUnregrettedMin - input.EvictionRegret);
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            WorkerRates rates = worker.Rates;
            double there = worker.Sequences;
            double slowness = worker.Warmth < 1 ? 1 / worker.Warmth : worker.IsUntried ? untried : 1;
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

            // 3. Key-value memory that is not there is waited for: by what is missed, and by what is cached as far as others wait with what is cached for them.
            double own = candidate.MissedTokens + (input.Choices * output);
            double over = Math.Max(0, worker.HeldTokens + worker.UnheldTokens + worker.QueuedPrefillTokens + own - worker.KvTokens);
            double turnover = over > 0 ? worker.TurnoverSeconds(output) / worker.KvTokens : 0;
            double waited = (over * candidate.MissedTokens) + (Math.Min(over, worker.UnheldTokens) * candidate.CachedTokens);
            cost.Terms[5] = slowness * options.LatencyPreference * turnover * waited / input.PromptTokens;

            // 4. What its new pages drive out is computed again where that is fastest: someone waits for it as this one does, and so do all others.
            double followers = options.LatencyPreference * worker.Followers(input.Now);
            double again = fastest.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens)
                + (worker.Chunks(candidate.MissedTokens) * fastest.DecodeStepSeconds(worker.Decoding, worker.DecodeContextTokens));
            double displaced = worker.DisplacedTokens(candidate.MissedTokens) / candidate.MissedTokens;
            cost.Terms[6] = regret * displaced * again * (options.LatencyPreference + there + followers);

            // 5. The delay of those who come while there is a queue: for its prefill, and for the memory that it takes where that is what is waited for.
            cost.Terms[7] = slowness * followers * (prefill + (turnover * Math.Min(over, own)));

            cost.Terms[8] = 0;
            cost.Total = cost.Terms[0] + cost.Terms[1] + cost.Terms[2] + cost.Terms[3] + cost.Terms[4] + cost.Terms[5] + cost.Terms[6]
                + cost.Terms[7];
        }

        double kept = Math.Max(0, 1 - regret);
        double uses = SharedUntil(input, longest, out PageKey last) ? CopyShare * kept * kept * _uses.PerSecond(last, input.Now) : 0;
        if (uses > 0)
        {
            CountCopies(input, costs, longest, uses);
        }

        return Rotation.Least(costs, input.Decision);
    }

    /// <inheritdoc/>
    public void Placed(in PlacementInput input, int chosen)
    {
        if (SharedUntil(input, input.LongestCachedTokens, out PageKey last))
        {
            _uses.Use(last, input.Now);
        }
    }

    /// <inheritdoc/>
    public void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now)
    {
        // What came of it tells nothing of who follows.
    }

    /// <inheritdoc/>
    public void Left(WorkerId worker)
    {
        // Prefixes are asked for as before.
    }

    private static bool SharedUntil(in PlacementInput input, int longest, out PageKey last)
    {
        int pages = Math.Min(longest / input.PageTokens, input.Keys.Length);
        last = pages > 0 ? input.Keys[pages - 1] : default;
        return pages > 0;
    }

    /// <summary>What those that follow gain by a copy of the longest prefix where it is not.</summary>
    /// <param name="input">The prompt.</param>
    /// <param name="costs">Without copies. [candidates]</param>
    /// <param name="longest">Tokens that some worker has.</param>
    /// <param name="uses">Those that gain by a copy, for each second that it takes to compute.</param>
    private void CountCopies(in PlacementInput input, Span<CandidateCost> costs, int longest, double uses)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < costs.Length; i++)
        {
            if (costs[i].Eligible && input.Candidates[i].CachedTokens == longest)
            {
                least = Math.Min(least, costs[i].Total);
            }
        }

        int missed = input.PromptTokens - longest;
        for (int i = 0; i < costs.Length && least < double.PositiveInfinity; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            if (candidate.CachedTokens == longest || worker.Warmth < 1 || worker.IsUntried)
            {
                continue;
            }

            ref CandidateCost cost = ref costs[i];
            double prefill = worker.Rates.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens);
            double saved = prefill - worker.Rates.PrefillSeconds(missed, longest);
            double chunks = worker.Chunks(candidate.MissedTokens) - worker.Chunks(missed);
            double with = cost.Total
                - (saved * (options.LatencyPreference + worker.Sequences + (options.LatencyPreference * worker.Followers(input.Now))))
                - (options.LatencyPreference * chunks * worker.DecodeStepSeconds)
                - (cost.Terms[6] * (candidate.MissedTokens - missed) / candidate.MissedTokens);
            cost.Terms[8] = -uses * prefill * Math.Max(0, least - with);
            cost.Total += cost.Terms[8];
        }
    }
}
