using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>
/// Chooses a worker for every prompt and keeps the live view of every worker's load that the choice rests on. Soft state, rebuilt from the workers'
/// registrations and reports.
/// <para>Contract. One owner calls it, never two at once. A placed request counts as load on its worker at once, as predicted; from the first report
/// that lists it, as reported; and no more when it completes, when its worker stops reporting it or goes, or when no report has listed it within
/// <see cref="GlobalSchedulerOptions.UnseenSeconds"/>. Sequences that a worker reports and that were not placed here count too. The prefix tree is a
/// separate object: a match carries what is needed of it. Times never decrease; one that does counts as the last one.</para>
/// </summary>
public sealed class GlobalScheduler
{
    private const int WorstStanding = 2;

    private readonly GlobalSchedulerOptions _options;
    private readonly IPlacementPolicy _policy;
    private readonly IPlacementObserver? _observer;
    private readonly Roster _roster;
    private readonly LiveRequests _live = new();
    private readonly DecisionLog _log;
    private readonly ReportIntake _intake;
    private readonly OutputLength _outputLength;
    private readonly MatchDealer _matches;
    private Candidate[] _candidates = new Candidate[8];
    private CandidateCost[] _costs = new CandidateCost[8];
    private int _candidateCount;
    private TimeSpan _latest;
    private long _decisions;

    public GlobalScheduler(GlobalSchedulerOptions options, IPlacementPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(policy);
        options.Validate();
        _options = options;
        _policy = policy;
        _observer = policy as IPlacementObserver;
        _log = new DecisionLog(options);
        _intake = new ReportIntake(options, _live, _log);
        _outputLength = new OutputLength(options.OutputTokensGuess, options.OutputSmoothing);
        _roster = new Roster(options, Forget);
        _matches = new MatchDealer(_roster.ById);
    }

    public IPlacementPolicy Policy => _policy;

    /// <summary>In the order in which they joined. Changes with the scheduler.</summary>
    public IReadOnlyList<WorkerView> Workers => _roster.Views;

    /// <summary>Requests that are placed and have not ended.</summary>
    public int LiveRequestCount => _live.Count;

    /// <summary>A request whose placements get a <see cref="DecisionRecord.Reason"/>, which allocates; null, as at first, for none.</summary>
    public RequestId? Asked { get; set; }

    /// <summary>Running mean of the tokens that a choice produces.</summary>
    public double MeanOutputTokens => _outputLength.MeanTokens;

    /// <summary>
    /// Registers a worker. A later start of the same worker replaces the earlier one, whose requests are no longer live. One that joins while others are
    /// at work grows to its share over <see cref="GlobalSchedulerOptions.SlowStartSeconds"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A number of the profile is out of range.</exception>
    public AddWorkerOutcome AddWorker(WorkerProfile profile, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(profile);
        profile.Validate();
        Advance(now);
        return _roster.Join(profile);
    }

    /// <summary>Forgets a worker. Requests placed on it are no longer live; whoever owns them places them again.</summary>
    /// <param name="id">The worker.</param>
    /// <param name="epoch">Which start of it, so that a later one stays; null for the one that is known.</param>
    /// <returns>Whether it was known, and is forgotten.</returns>
    public bool RemoveWorker(WorkerId id, long? epoch = null) => _roster.Leave(id, epoch);

    /// <summary>
    /// Forgets the workers that neither reported nor registered for <see cref="GlobalSchedulerOptions.LeaseSeconds"/>. To be called about every second.
    /// </summary>
    /// <returns>Whom it forgot.</returns>
    public IReadOnlyList<WorkerProfile> ExpireLeases(TimeSpan now)
    {
        Advance(now);
        return _roster.Expire();
    }

    /// <summary>
    /// Sends a worker nothing more unless all that could take a prompt drain; what is live there stays so. Ends with the worker: a later start of it does
    /// not drain.
    /// </summary>
    /// <param name="id">The worker.</param>
    /// <param name="epoch">Which start of it; null for the one that is known.</param>
    /// <returns>Whether it is known.</returns>
    public bool DrainWorker(WorkerId id, long? epoch = null) => _roster.Drain(id, epoch);

    /// <summary>Chooses a worker and counts the request as its load.</summary>
    /// <param name="query">The prompt.</param>
    /// <param name="match">How much of it each worker has; with evictions if <see cref="IPlacementPolicy.WantsEvictions"/>. A worker that is not in
    /// it has nothing.</param>
    /// <param name="now">Since the same moment as in every other call.</param>
    public PlacementResult Place(in PlacementQuery query, PrefixMatch match, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(match);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PromptTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.MaxNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Choices, 1);
        Advance(now);

        // 1. A request that is placed again leaves the worker it was on.
        if (_live.TryFind(query.Id, out LiveRequest? earlier))
        {
            _live.Remove(earlier);
        }

        // 2. The workers that can take it.
        PlacementResult refusal = FindCandidates(query, match);
        if (_candidateCount == 0)
        {
            return refusal;
        }

        // 3. The policy's choice.
        var input = new PlacementInput
        {
            Request = query.Id,
            PromptTokens = query.PromptTokens,
            Keys = query.Keys,
            EvictionRegret = match.EvictionRegret,
            SharedTokens = match.SharedPages * _options.PageTokens,
            PathEnds = match.PathEnds,
            PageTokens = _options.PageTokens,
            Choices = query.Choices,
            OutputTokens = Math.Min(_outputLength.MeanTokens, query.MaxNewTokens),
            UnderWayTokens = _outputLength.UnderWayTokens,
            Candidates = LastCandidates,
            Decision = _decisions,
            Now = _latest,
        };
        int chosen = _policy.Choose(input, _costs.AsSpan(0, _candidateCount));
        string? reason = query.Id == Asked ? _policy.Reason(input, LastCosts, chosen) : null;
        _observer?.Placed(input, chosen);

        // 4. What is predicted counts from now on.
        return Record(query, chosen, reason);
    }

    /// <summary>The candidates of the last decision. Valid until the next <see cref="Place"/>.</summary>
    public ReadOnlySpan<Candidate> LastCandidates => _candidates.AsSpan(0, _candidateCount);

    /// <summary>
    /// The cost table of the last decision, a row for each of <see cref="LastCandidates"/>. Valid until the next <see cref="Place"/>.
    /// </summary>
    public ReadOnlySpan<CandidateCost> LastCosts => _costs.AsSpan(0, _candidateCount);

    /// <summary>Takes a worker's view of itself over.</summary>
    public ReportOutcome Report(WorkerReport report, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(report);
        Advance(now);
        if (!_roster.TryFind(report.Worker, out WorkerState? worker))
        {
            return ReportOutcome.UnknownWorker;
        }

        if (report.Epoch == worker.View.Profile.Epoch && report.Sequence >= worker.ReportSequence)
        {
            _roster.Heard(worker);
        }

        ReportOutcome outcome = _intake.Apply(report, worker, _latest);
        _roster.Measured(worker);
        return outcome;
    }

    /// <summary>
    /// A placed request has ended: its load goes, and its facts are kept beside what was predicted. A worker that it ended with as <see
    /// cref="CompletionOutcome.Lost"/> is suspected: it gets nothing that another could take until it is heard of again.
    /// </summary>
    /// <returns>False if it is not known, has ended before, or was placed elsewhere since; nothing changes then.</returns>
    public bool Complete(RequestId request, in CompletionFacts facts, TimeSpan now)
    {
        Advance(now);
        WorkerId placedOn = default;
        int choices = 1;
        bool known = false;
        TimeSpan placedAt = _latest;
        if (_live.TryFind(request, out LiveRequest? ended) && IsOf(facts, ended.Worker.Id))
        {
            known = true;
            placedOn = ended.Worker.Id;
            choices = ended.Choices;
            long ownTokens = ended.Load.DecodeContextTokens - ((long)ended.CachedTokens * ended.Load.Decoding);
            ended.Worker.View.HeldTokens = Math.Max(0, ended.Worker.View.HeldTokens - Math.Max(0, ownTokens));
            _live.Remove(ended);
        }

        ref DecisionLog.Entry entry = ref _log.Find(request);
        if (!Unsafe.IsNullRef(ref entry) && !entry.HasEnded && IsOf(facts, entry.Worker))
        {
            known = true;
            placedOn = entry.Worker;
            placedAt = entry.At;
            choices = entry.Choices;
            entry.HasEnded = true;
            entry.Actual = facts;
        }

        if (known)
        {
            _observer?.Ended(request, placedOn, facts, _latest);
        }

        if (known && facts.Outcome == CompletionOutcome.Lost && _roster.TryFind(placedOn, out WorkerState? lost) && lost.JoinedAt <= placedAt)
        {
            _roster.Suspect(lost);
        }

        if (known && facts.Outcome is CompletionOutcome.Completed or CompletionOutcome.LengthLimit)
        {
            _outputLength.Add((double)facts.OutputTokens / choices);
            if (_roster.TryFind(placedOn, out WorkerState? worker))
            {
                worker.View.WindowState.Add(new WindowSums { Finished = choices, OutputTokens = facts.OutputTokens });
            }
        }

        return known;
    }

    /// <summary>Whether it remembers where a request went.</summary>
    public bool Knows(RequestId request) => !Unsafe.IsNullRef(ref _log.Find(request));

    /// <summary>Why a request went where it went; null if that was too long ago or never happened.</summary>
    /// <param name="request">Its id.</param>
    /// <param name="rowsMax">Rows of the cost table; of more the chosen worker's and then the cheapest.</param>
    public DecisionRecord? Explain(RequestId request, int rowsMax = int.MaxValue) => _log.Explain(request, _policy, rowsMax);

    /// <summary>Recomputes every sum and index and throws if one is wrong. For tests.</summary>
    public void CheckIntegrity()
    {
        _live.CheckIntegrity(_roster.All);
        _log.CheckIntegrity();
        _roster.CheckIntegrity();
        Invariant.Holds(_live.Count <= _options.LiveRequestsMax, "the scheduler stays within its bounds");
    }

    private static bool IsOf(in CompletionFacts facts, WorkerId placedOn) => facts.Worker.Value is null || facts.Worker == placedOn;

    /// <summary>0 for a worker at work; then those that leave, which still answer; then those that seem lost.</summary>
    private static int Standing(WorkerView worker) => worker.IsSuspect ? WorstStanding : worker.IsDraining ? 1 : 0;

    private PlacementResult FindCandidates(in PlacementQuery query, PrefixMatch match)
    {
        if (_candidates.Length < _roster.Views.Count)
        {
            Array.Resize(ref _candidates, Math.Max(_roster.Views.Count, _candidates.Length * 2));
            Array.Resize(ref _costs, _candidates.Length);
        }

        _matches.Deal(match);
        _candidateCount = 0;
        int allowed = 0;
        double retryAfter = double.PositiveInfinity;
        int fitting = 0;
        for (int standing = 0; fitting == 0 && standing <= WorstStanding; standing++)
        {
            fitting = Gather(query, standing, ref allowed, ref retryAfter);
        }

        PlacementOutcome outcome = allowed == 0 ? PlacementOutcome.NoWorker
            : fitting == 0 ? PlacementOutcome.PromptTooLong
            : PlacementOutcome.QueueFull;
        return new PlacementResult(outcome, _decisions, default, 0, 0, 0, outcome == PlacementOutcome.QueueFull ? retryAfter : 0);
    }

    /// <summary>Adds the workers of one standing that have room for the prompt to the candidates.</summary>
    /// <returns>Workers that could hold it, were their queues not full.</returns>
    private int Gather(in PlacementQuery query, int standing, ref int allowed, ref double retryAfter)
    {
        int fitting = 0;
        long tokensNeeded = ((query.PromptTokens / _options.PageTokens) + 1L) * _options.PageTokens;
        int cachedPagesMax = (query.PromptTokens - 1) / _options.PageTokens;
        bool mayPlace = _live.Count < _options.LiveRequestsMax;
        foreach (WorkerView worker in _roster.ViewSpan)
        {
            if (Standing(worker) != standing || (!query.Excluded.IsEmpty && query.Excluded.Span.Contains(worker.Id)))
            {
                continue;
            }

            allowed++;
            if (worker.KvTokens < tokensNeeded)
            {
                continue;
            }

            fitting++;
            if (!mayPlace || worker.Waiting + query.Choices > worker.WaitingMax)
            {
                retryAfter = Math.Min(retryAfter, worker.WaitSeconds);
                continue;
            }

            WorkerMatch found = _matches.Of(worker);
            int cached = Math.Min(found.ExpectedPages, cachedPagesMax) * _options.PageTokens;
            _candidates[_candidateCount++] = new Candidate(worker, cached, query.PromptTokens - cached, found.Eviction)
            {
                HeldTokens = Math.Min(found.ResidentPages, cachedPagesMax) * _options.PageTokens,
            };
        }

        return fitting;
    }

    private PlacementResult Record(in PlacementQuery query, int index, string? reason)
    {
        ref readonly Candidate chosen = ref _candidates[index];
        WorkerState worker = _roster.ById[chosen.Worker.Id];
        double prefill = worker.View.Rates.PrefillSeconds(chosen.MissedTokens, chosen.CachedTokens);
        double ttft = worker.View.TtftInQueueSeconds(chosen.MissedTokens, chosen.CachedTokens, chosen.HeldTokens);
        ref DecisionLog.Entry entry = ref _log.Append(query.Id, LastCandidates, LastCosts, index);
        entry.Decision = _decisions;
        entry.At = _latest;
        entry.Worker = worker.Id;
        entry.PromptTokens = query.PromptTokens;
        entry.CachedTokens = chosen.CachedTokens;
        entry.Choices = query.Choices;
        entry.PrefillSeconds = prefill;
        entry.TtftSeconds = ttft;
        entry.Reason = reason;

        worker.View.NoteArrival(_latest);
        var load = new LoadSums
        {
            Sequences = query.Choices,
            Waiting = query.Choices,
            Queued = query.Choices,
            ContextTokens = (long)query.Choices * query.PromptTokens,
            CachedTokens = (long)query.Choices * chosen.HeldTokens,
            PrefillTokens = chosen.MissedTokens,
            PrefillNanoseconds = LoadSums.Nanoseconds(prefill),
        };
        worker.View.Queue.Learn(load);
        TimeSpan deadline = _latest + TimeSpan.FromSeconds(_options.UnseenSeconds);
        double behindAll = worker.View.TtftSeconds(chosen.MissedTokens, chosen.CachedTokens);
        TimeSpan due = _latest + TimeSpan.FromTicks(LoadSums.Nanoseconds(behindAll) / TimeSpan.NanosecondsPerTick);
        _live.Add(query.Id, worker, load, chosen.CachedTokens, query.Choices, due, deadline);
        Newcomers.Placed(worker);
        worker.View.WindowState.Add(new WindowSums
        {
            Requests = 1,
            PrefillSeconds = prefill,
            PromptTokens = query.PromptTokens,
        });
        return new PlacementResult(PlacementOutcome.Placed, _decisions++, worker.Id, chosen.CachedTokens, prefill, ttft, 0);
    }

    private void Advance(TimeSpan now)
    {
        _latest = now > _latest ? now : _latest;
        _live.Expire(_latest);
        _roster.Advance(_latest);
    }

    /// <summary>A worker leaves: nothing of it is live any more.</summary>
    private void Forget(WorkerState worker)
    {
        // From the last sent on: who is due first is looked for anew when that one goes.
        while (worker.Requests.Last is { } last)
        {
            _live.Remove(last.Value);
        }

        _observer?.Left(worker.Id);
    }
}
