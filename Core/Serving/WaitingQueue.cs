namespace Preble.Core.Serving;

/// <summary>
/// The sequences that wait: preempted ones first, the oldest of them before the others; then new ones, as the order chooses, except for one that has
/// been passed over <paramref name="passedOverMax"/> times. Within a step, one for which there is no room may be passed over by those who share what is held.
/// </summary>
/// <remarks>A sequence has been passed over at least as often as any that arrived after it. Hence only the oldest need be looked at, and none is ever
/// passed over more often than the bound.</remarks>
internal sealed class WaitingQueue(IQueueOrder order, SequenceMemory memory, int passedOverMax)
{
    /// <summary>Waiting sequences, besides the preempted ones, that are matched against the cache at once.</summary>
    public const int MatchesMax = 64;

    private readonly List<Sequence> _preempted = [];
    private readonly List<Sequence> _waiting = [];
    private QueueCandidate[] _candidates = new QueueCandidate[16];
    private int[] _places = new int[16];
    private int _refreshAt;

    /// <summary>New sequences, in order of arrival.</summary>
    public IReadOnlyList<Sequence> Waiting => _waiting;

    /// <summary>Preempted sequences, in order of arrival.</summary>
    public IReadOnlyList<Sequence> Preempted => _preempted;

    public int Count => _waiting.Count + _preempted.Count;

    public void Add(Sequence sequence)
    {
        Refresh(sequence);
        _waiting.Add(sequence);
    }

    /// <summary>Takes a preempted sequence back, before all that have not run yet.</summary>
    public void PutFront(Sequence sequence)
    {
        int at = _preempted.Count;
        while (at > 0 && _preempted[at - 1].Arrival > sequence.Arrival) at--;
        _preempted.Insert(at, sequence);
    }

    /// <summary>Removes a cancelled sequence.</summary>
    public void Remove(Sequence sequence)
    {
        if (!_waiting.Remove(sequence) && !_preempted.Remove(sequence)) throw new InvalidOperationException("The sequence does not wait.");
    }

    /// <summary>Prepares the admissions of a step: who must wait for what the running ones compute, and what is cached before the first of them.</summary>
    public void BeginStep(List<Sequence> running)
    {
        foreach (Sequence sequence in _preempted) sequence.Deferred = false;
        foreach (Sequence sequence in _waiting) sequence.Deferred = false;
        foreach (Sequence runner in running) DeferTo(runner);
        if (order.ReadsCachedTokens) Refresh();
    }

    /// <summary>The sequence to admit next, which stays in the queue until <see cref="Take"/>; null if none may be admitted now.</summary>
    public Sequence? Next()
    {
        if (_preempted.Count > 0) return _preempted[0].Deferred ? null : _preempted[0];
        if (_waiting.Count == 0) return null;
        if (_waiting[0].PassedOver >= passedOverMax) return _waiting[0];

        if (_candidates.Length < _waiting.Count)
        {
            Array.Resize(ref _candidates, 2 * _waiting.Count);
            Array.Resize(ref _places, 2 * _waiting.Count);
        }

        int count = 0;
        for (int i = 0; i < _waiting.Count; i++)
        {
            if (_waiting[i].Deferred) continue;
            _places[count] = i;
            _candidates[count++] = Candidate(_waiting[i]);
        }

        return count == 0 ? null : _waiting[_places[order.Next(_candidates.AsSpan(0, count))]];
    }

    /// <summary>Passes over a sequence in this step, for which there is no room.</summary>
    /// <returns>Whether another may go before it: not if it ran before, if one was passed over too often, or if the order goes by arrival alone.</returns>
    public bool TryPassOver(Sequence sequence)
    {
        bool may = order.PassesOverForRoom && !sequence.WasPreempted && _waiting[0].PassedOver < passedOverMax;
        sequence.Deferred = may;
        return may;
    }

    /// <summary>Removes a sequence that is admitted.</summary>
    public void Take(Sequence sequence)
    {
        if (_preempted.Remove(sequence)) return;

        int at = _waiting.IndexOf(sequence);
        order.Admitted(Candidate(sequence));
        _waiting.RemoveAt(at);
        for (int i = 0; i < at; i++) _waiting[i].PassedOver++;
    }

    /// <summary>
    /// Lets the waiting sequences wait for a running one that is about to compute pages which they need too. It lasts only as long as that one
    /// prefills these pages, and not beyond the bound on being passed over.
    /// </summary>
    public void DeferTo(Sequence runner)
    {
        if (runner.Phase != SequencePhase.Prefill || !memory.Cache.KeepsPages) return;
        foreach (Sequence sequence in _preempted) sequence.Deferred = sequence.Deferred || IsAhead(runner, sequence);
        foreach (Sequence sequence in _waiting) sequence.Deferred = sequence.Deferred || IsAhead(runner, sequence);
    }

    /// <summary>
    /// Counts what the waiting sequences will read as used now, so that it is evicted after all that nobody waits for; that of those who arrived first is
    /// evicted last, and that of the preempted ones, which come before all others, after theirs. Of new ones the first <see cref="MatchesMax"/> to arrive count,
    /// so that the work is bounded. The order of the queue may let others go first: it says who is next, not who comes after that one.
    /// </summary>
    public void Keep(TimeSpan now)
    {
        for (int i = Math.Min(_waiting.Count, MatchesMax) - 1; i >= 0; i--) Keep(_waiting[i], now);
        for (int i = _preempted.Count - 1; i >= 0; i--) Keep(_preempted[i], now);
    }

    /// <summary>
    /// Asks what is cached of those that wait, where that may have changed: of the preempted ones and of the others in turn, <see cref="MatchesMax"/> at most.
    /// Admission itself matches anew.
    /// </summary>
    public void Refresh()
    {
        long version = memory.Cache.Version;
        foreach (Sequence sequence in _preempted)
        {
            if (sequence.CachedVersion != version) Refresh(sequence);
        }

        int matches = 0;
        for (int i = 0; i < _waiting.Count && matches < MatchesMax; i++)
        {
            if (_refreshAt >= _waiting.Count) _refreshAt = 0;
            Sequence sequence = _waiting[_refreshAt++];
            if (sequence.CachedVersion == version) continue;
            Refresh(sequence);
            matches++;
        }
    }

    /// <summary>Throws <see cref="InvalidOperationException"/> where the queue contradicts itself.</summary>
    public void CheckIntegrity()
    {
        for (int i = 0; i < _waiting.Count; i++)
        {
            Sequence sequence = _waiting[i];
            Require(sequence is { Phase: SequencePhase.Waiting, PageCount: 0, Pin: null, WasPreempted: false }, "A waiting sequence holds pages.");
            Require(sequence.PassedOver <= passedOverMax, "A sequence was passed over too often.");
            Require(i == 0 || (_waiting[i - 1].Arrival < sequence.Arrival && _waiting[i - 1].PassedOver >= sequence.PassedOver), "The queue is out of order.");
        }

        for (int i = 0; i < _preempted.Count; i++)
        {
            Sequence sequence = _preempted[i];
            Require(sequence is { Phase: SequencePhase.Waiting, PageCount: 0, Pin: null, WasPreempted: true }, "A preempted sequence holds pages.");
            Require(i == 0 || _preempted[i - 1].Arrival < sequence.Arrival, "The preempted sequences are out of order.");
        }
    }

    private static QueueCandidate Candidate(Sequence sequence) => new(sequence.Length, sequence.CachedTokens);

    /// <summary>Whether <paramref name="runner"/> has whole pages in common with the other that it has not computed yet.</summary>
    private bool IsAhead(Sequence runner, Sequence sequence) =>
        runner.Computed < memory.CommonPages(runner, sequence) * memory.PageTokens;

    private void Keep(Sequence sequence, TimeSpan now) => NoteCached(sequence, memory.Touch(sequence, now));

    private void Refresh(Sequence sequence) => NoteCached(sequence, memory.Peek(sequence).Pages);

    private void NoteCached(Sequence sequence, int pages)
    {
        sequence.CachedTokens = pages * memory.PageTokens;
        sequence.CachedVersion = memory.Cache.Version;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
