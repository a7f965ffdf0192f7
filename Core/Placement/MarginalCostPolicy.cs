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
/// <para>A turn of a chat or of an agent that stays keeps its own pages in use there, and so will those that follow (<see cref="Continuations"/>): where that
/// leaves no room for what others use, each drives it out again. Only memory that is free elsewhere ends that, so that what staying costs is counted in the
/// measure in which a worker has no room, and alike for all that have none. Without it chains stay where they began on the fast workers until these compute
/// each turn anew, beside slow ones that are half empty.</para>
/// <para>Those who have ended before its turn comes are not delayed by it (<see cref="WorkerView.EndedBefore"/>): a prompt that waits anyway waits best where
/// others wait, and leaves those workers fast which have no queue. Where all have a short one, everybody decodes beside chunks.</para>
/// <para>Where prompts wait, computing one also delays those that come before the worker has caught up: as many, it is taken, as the prompts sent to it of
/// late found waiting there (<see cref="WorkerView.Followers"/>). That is nothing while nobody waits; in a saturated cluster it keeps one from computing again
/// what its owner has, which would make the very queues that it flees from. Where memory is what they wait for, the same holds of the memory that this one
/// takes until it ends: prompts that share theirs stay together.</para>
/// <para>Where many decode, those that come find more of them still there, and share longer steps with them (<see cref="WorkerView.Crowd"/>).
/// They count, too, in the measure in which memory keeps what is put there: or else new prompts go where there is no queue but many share each step, these
/// stay, and hold what others would have found cached. Where evictions are regretted a new prompt belongs where memory is, not where few are.</para>
/// <para>Where a worker's queue lets those go first of whom more is cached (<see cref="QueueForesight"/>), a prompt waits only for those whom it does not pass,
/// for computing and for memory; then it decodes beside the chunks of those whom it passed. Taken to wait for everybody, prompts that are cached would leave
/// their owners for queues that are shorter, but in which they pass nobody.</para>
/// <para>Memory that those who wait will take is taken already, be it to compute in or to hold what is cached for them; and it comes free only as the last of
/// those who share it ends (<see cref="WorkerView.TurnoverSeconds"/>). A worker full of documents, whose queue has hardly a token to compute, is not idle.</para>
/// <para>How long memory is waited for depends on who will pass: a prompt of which little is cached stands behind all that share what is held. One that
/// waits so tells it (<see cref="WorkerView.OverdueSeconds"/>), or else a worker full of long prompts gets more of them and stays so while others have room.</para>
/// <para>A copy of a prefix that others have is computed for those that follow, too (<see cref="PrefixRates"/>): they go to the best of those who have it by
/// then, this worker included, and half of as many as come while it is computed are counted, in the measure in which memory keeps copies. Without this a hot
/// prefix stays with the slow worker that was idle when it came, since each prompt alone gains less than its computing takes from the others.</para>
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

    /// <summary>
    /// Times the square of the measure in which memory keeps what is put there, up to 1, those who come to a crowd count: nearly in full where a third of the
    /// evictions are regretted, as with tools in small memories, and hardly where half are, as with documents that just fit.
    /// </summary>
    public const double CrowdWeight = 2;

    /// <summary>
    /// Share of what a prompt waits itself that it is worth at most that others end meanwhile: less than all, so that a longer queue always costs more.
    /// </summary>
    public const double EndedShareMax = 0.9;

    // What a second counts by which an answer takes longer beside the chunks of those whom it passed: those chunks are sure to come, so more than one of the
    // answer where waiting counts more than answers, and never more than one of waiting, or it would be better not to pass. Of 1, 2 and 3 at w_T = 3, 2 lost
    // least where it lost in simulation.
    private readonly double _besideWeight = Math.Min(options.LatencyPreference, (1 + options.LatencyPreference) / 2);
    private readonly PrefixRates _uses = new();
    private readonly Continuations _continuations = new();

    public string Name => PolicyName;

    public IReadOnlyList<string> Terms { get; } = ["round-trip", "wait", "prefill", "decode", "others", "overflow", "eviction", "followers", "copy"];

    public bool WantsEvictions => false;

    /// <summary>Whether copies that cannot change the choice are left unweighed.</summary>
    internal bool PrunesCopies { get; init; } = true;

    public int Choose(in PlacementInput input, Span<CandidateCost> costs)
    {
        Scene scene = Look(input);
        for (int i = 0; i < costs.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            WorkerView worker = candidate.Worker;
            CountOwn(input, scene, worker, candidate.CachedTokens, candidate.HeldTokens, ref costs[i]);
            costs[i].Eligible = worker.Warmth >= 1 || (worker.Sequences - WarmingLeadMax) * (costs.Length - 1) <= scene.Sequences - worker.Sequences;
        }

        double uses = SharedUntil(input, scene.Longest, out PageKey last) ? CopyShare * scene.Kept * scene.Kept * _uses.PerSecond(last, input.Now) : 0;
        if (uses > 0)
        {
            CountCopies(input, scene, costs, uses);
        }

        return Rotation.Least(costs, input.Decision);
    }

    /// <inheritdoc/>
    public string Reason(in PlacementInput input, ReadOnlySpan<CandidateCost> costs, int chosen) =>
        Reasons.Least(Terms, input, costs, chosen, barred: "starts slowly and is ahead of the others in sequences");

    /// <inheritdoc/>
    public void Placed(in PlacementInput input, int chosen)
    {
        int longest = input.LongestCachedTokens;
        _continuations.Add(longest > input.SharedTokens);
        if (SharedUntil(input, longest, out PageKey last))
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

    private Scene Look(in PlacementInput input)
    {
        long sequences = 0;
        WorkerRates fastest = default;
        double least = double.PositiveInfinity;
        foreach (ref readonly Candidate candidate in input.Candidates)
        {
            sequences += candidate.Worker.Sequences;
            double all = candidate.Worker.Rates.PrefillSeconds(input.PromptTokens, 0);
            (least, fastest) = all < least ? (all, candidate.Worker.Rates) : (least, fastest);
        }

        // A prompt that is mostly cached somewhere is not what a worker is tried with. Computing again what was driven out drives out something else.
        int longest = input.LongestCachedTokens;
        double untried = longest > input.PromptTokens - longest ? 1 : UntriedFactor;
        double regret = input.EvictionRegret / (1 + EvictionsUnregrettedMin - input.EvictionRegret);
        int alone = Math.Max(0, input.PromptTokens - input.SharedTokens);
        double delayed = options.LatencyPreference + ((double)sequences / input.Candidates.Length);
        double keeping = regret * _continuations.Expected * fastest.PrefillSeconds(alone, input.SharedTokens) * delayed;
        return new Scene(longest, sequences, fastest, untried, regret, Math.Max(0, 1 - regret), keeping);
    }

    /// <summary>What the prompt costs on a worker, those that follow left out, if so much of it is cached there when its turn comes, and so much held by now.</summary>
    private void CountOwn(in PlacementInput input, in Scene scene, WorkerView worker, int cached, int held, ref CandidateCost cost)
    {
        int missed = input.PromptTokens - cached;
        double output = input.OutputTokens;
        double contextEach = input.PromptTokens + (output / 2);
        WorkerRates rates = worker.Rates;
        double there = worker.Sequences;
        double slowness = worker.Warmth < 1 ? 1 / worker.Warmth : worker.IsUntried ? scene.Untried : 1;
        double step = worker.DecodeStepSeconds;
        double prefill = rates.PrefillSeconds(missed, cached);

        // 1. Its own delay: w_T * time to the first token, then O steps among all that are there, beside the chunks of those whom it passes.
        cost.Terms[0] = options.LatencyPreference * worker.RoundTripSeconds;
        Passed passed = worker.WhomItPasses(held, input.PromptTokens);
        cost.Terms[1] = slowness * options.LatencyPreference * worker.WaitSecondsBut(passed);
        cost.Terms[2] = slowness * options.LatencyPreference * (prefill + (worker.Chunks(missed) * step));
        cost.Terms[3] = slowness * output * rates.DecodeStepSeconds(there + input.Choices, worker.ContextTokens + (input.Choices * contextEach));
        double beside = Math.Min(passed.PrefillSeconds, output * rates.PrefillSeconds(worker.ChunkTokens, 0));
        cost.Terms[3] += slowness * _besideWeight * beside;

        // 2. The delay of the others: all wait for its prefill, and half of them, on average, see each of its steps. Not those who have ended by then, where it
        // waits for computing only: that is worth less than what it waits itself, or it would belong where the queue is longest.
        double own = missed + (input.Choices * output);
        double over = Math.Max(0, worker.HeldTokens + worker.UnheldTokens + worker.QueuedPrefillTokens + own - worker.KvTokens);
        double before = over > 0 ? 0 : worker.PrefillSecondsBut(passed);
        double ended = Math.Min(worker.EndedBefore(before, missed, input.UnderWayTokens) * prefill, EndedShareMax * options.LatencyPreference * before);
        cost.Terms[4] = slowness * ((there * (prefill + (0.5 * output * input.Choices * (rates.Gamma + (rates.Delta * contextEach))))) - ended);

        // 3. Key-value memory that is not there is waited for, less what those compute whom it passes: by what is missed, and by what is cached as far as others
        // wait with what is cached for them. If it does not pass those for whom there is no room, it waits as long as they are overdue.
        double turnover = over > 0 ? worker.TurnoverSeconds(output) / worker.KvTokens : 0;
        double lacked = Math.Max(0, over - passed.PrefillTokens);
        double waited = (lacked * missed) + (Math.Min(lacked, worker.UnheldTokens) * cached);
        bool stands = over > 0 && !WorkerView.PassesForRoom(held, input.PromptTokens);
        double room = Math.Max(slowness * turnover * waited / input.PromptTokens, stands ? worker.OverdueSeconds(input.Now) : 0);
        cost.Terms[5] = options.LatencyPreference * room;

        // 4. What its new pages drive out is computed again where that is fastest: someone waits for it as this one does, and so do all others. Where they
        // drive anything out, keeping what is its own for the turns that follow will do so each time.
        double queue = options.LatencyPreference * worker.Followers(input.Now);
        double followers = queue + (Math.Min(1, CrowdWeight * scene.Kept * scene.Kept) * worker.Crowd(input.Now));
        double again = scene.Fastest.PrefillSeconds(missed, cached)
            + (worker.Chunks(missed) * scene.Fastest.DecodeStepSeconds(worker.Decoding, worker.DecodeContextTokens));
        double displaced = worker.DisplacedTokens(missed) / missed;
        cost.Terms[6] = displaced * ((scene.Regret * again * (options.LatencyPreference + there + followers)) + scene.Keeping);

        // 5. The delay of those who come while there is a queue, or a crowd: for its prefill, and for the memory that it takes where that is what is waited for.
        cost.Terms[7] = slowness * ((followers * prefill) + (queue * turnover * Math.Min(over, own)));

        cost.Terms[8] = 0;
        cost.Total = cost.Terms[0] + cost.Terms[1] + cost.Terms[2] + cost.Terms[3] + cost.Terms[4] + cost.Terms[5] + cost.Terms[6] + cost.Terms[7];
    }

    /// <summary>
    /// What those cost that follow with the longest prefix, at the best of the workers that have it once this prompt was computed. Where one costs too much
    /// to be chosen even if they then waited and decoded only, it is told what they cost without a copy there: to look closer would change no choice.
    /// </summary>
    /// <param name="input">The prompt.</param>
    /// <param name="scene">What all workers have in common.</param>
    /// <param name="costs">Without those that follow. [candidates]</param>
    /// <param name="uses">Those that are counted, for each second that a copy takes to compute where least of it is, at the rates of the fastest.</param>
    private void CountCopies(in PlacementInput input, in Scene scene, Span<CandidateCost> costs, double uses)
    {
        double least = double.PositiveInfinity;
        double cheapest = double.PositiveInfinity;
        int fewest = scene.Longest;
        for (int i = 0; i < costs.Length; i++)
        {
            int cached = input.Candidates[i].CachedTokens;
            fewest = Math.Min(fewest, cached);
            least = costs[i].Eligible && cached == scene.Longest ? Math.Min(least, costs[i].Total) : least;
            cheapest = costs[i].Eligible ? Math.Min(cheapest, costs[i].Total) : cheapest;
        }

        double followers = uses * scene.Fastest.PrefillSeconds(input.PromptTokens - fewest, fewest);
        for (int i = 0; i < costs.Length && fewest < scene.Longest && least < double.PositiveInfinity; i++)
        {
            WorkerView worker = input.Candidates[i].Worker;
            double theirs = least;

            // With more cached it may pass more of those who wait there, and decodes beside more.
            double wait = worker.MayBePassed ? 0 : costs[i].Terms[1];
            double atLeast = Math.Min(least, costs[i].Terms[0] + wait + costs[i].Terms[3]);
            bool mayWin = !PrunesCopies || costs[i].Total + (followers * atLeast) <= cheapest + (followers * least);
            if (mayWin && input.Candidates[i].CachedTokens < scene.Longest && worker.Warmth >= 1 && !worker.IsUntried)
            {
                CandidateCost copy = default;
                CountOwn(input, scene, worker, scene.Longest, scene.Longest, ref copy);
                theirs = Math.Min(least, copy.Total);
            }

            costs[i].Terms[8] = followers * theirs;
            costs[i].Total += costs[i].Terms[8];
        }
    }

    private static bool SharedUntil(in PlacementInput input, int longest, out PageKey last)
    {
        int pages = Math.Min(longest / input.PageTokens, input.Keys.Length);
        last = pages > 0 ? input.Keys[pages - 1] : default;
        return pages > 0;
    }

    /// <summary>What is the same for all candidates.</summary>
    /// <param name="Longest">Tokens of the prompt that some worker has.</param>
    /// <param name="Sequences">On all workers.</param>
    /// <param name="Fastest">Rates of the worker that would compute the whole prompt first.</param>
    /// <param name="Untried">What a worker that was never tried is predicted to take counts this many times.</param>
    /// <param name="Regret">What an eviction costs, in computings of what it drove out.</param>
    /// <param name="Kept">The measure in which memory keeps what is put there: 0 once an eviction costs as much as what it drove out.</param>
    /// <param name="Keeping">What it costs to keep for those that follow what is this prompt's own, where there is no room for it.</param>
    private readonly record struct Scene(int Longest, long Sequences, WorkerRates Fastest, double Untried, double Regret, double Kept, double Keeping);
}
