using Preble.Core.Caching;

namespace Preble.Core.Serving;

/// <summary>
/// Serves the sequences of one worker by continuous batching: <see cref="Step"/> is the loop. It owns no thread and never waits; the same object runs
/// under a real engine, a simulated one and the tests.
/// <para>Contract. One thread at a time, and no call from inside a step (a sampler or forward pass that calls back gets
/// <see cref="InvalidOperationException"/>). Each accepted sequence ends exactly once: with an output that says <see cref="StepOutput.Ended"/>, or by
/// <see cref="Cancel"/>. What a sequence produces depends on its tokens and its sampler alone: not on the others, the cache, the number of pages, the
/// budget of a step or the order of the queue. Every step with a live sequence computes at least one token. Time is an argument and serves the order
/// of eviction and the waiting times in <see cref="StepResult.Started"/>.</para>
/// <para>Preble's local scheduler (section 3.3) with what it leaves open decided here and in the collaborators: decodes come first in each step;
/// pages are stored in the cache as soon as they are full; a sequence waits for a running one that computes a prefix both need; one that does not fit is
/// passed over for those that mostly share what is held anyway; what those that wait will read is evicted last; when pages run out, the latest arrival is
/// preempted by recomputation.</para>
/// </summary>
public sealed class LocalScheduler
{
    /// <summary>Sequences that do not fit and are passed over in one step, at most; who stands behind so many of them is not looked at.</summary>
    public const int PassedOverPerStepMax = 16;

    private readonly IForwardPass _forward;
    private readonly SequenceMemory _memory;
    private readonly WaitingQueue _queue;
    private readonly Admission _admission;
    private readonly QueueForecast _forecast;
    private readonly Batch _batch;
    private readonly int _waitingMax;
    private readonly int _runningMax;
    private readonly bool _prefillsAlone;
    private readonly Dictionary<(RequestId Id, int Choice), Sequence> _live = [];

    // In order of admission.
    private readonly List<Sequence> _running = [];
    private long _arrivals;
    private bool _stepping;

    /// <param name="options">The limits; throws <see cref="ArgumentException"/> if one is out of range.</param>
    /// <param name="cache">The worker's cache, over <paramref name="pool"/>; page size as the forward pass has it.</param>
    /// <param name="pool">The worker's pages; no more than the forward pass has.</param>
    /// <param name="forward">The model.</param>
    public LocalScheduler(LocalSchedulerOptions options, IPrefixCache cache, PagePool pool, IForwardPass forward)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(forward);
        options.Validate();
        if (cache.PageTokens != forward.PageTokens)
        {
            throw new ArgumentException($"The cache has pages of {cache.PageTokens} tokens, the forward pass of {forward.PageTokens}.", nameof(cache));
        }

        if (pool.PageCount > forward.PageCount)
        {
            throw new ArgumentException($"The pool has {pool.PageCount} pages, the forward pass {forward.PageCount}.", nameof(pool));
        }

        _forward = forward;
        _waitingMax = options.WaitingSequencesMax;
        _runningMax = Math.Min(options.RunningSequencesMax, options.StepTokensMax);
        _prefillsAlone = options.PrefillsAlone;
        _memory = new SequenceMemory(pool, cache);
        _queue = new WaitingQueue(QueueOrders.Create(options.Order, options), _memory, options.PassedOverMax);
        _forecast = new QueueForecast(_memory);
        _admission = new Admission(_memory, options.GrowthTokensReserved);
        _batch = new Batch(_memory, options.StepTokensMax, _runningMax, options.WholePrompts);
        SequenceTokensMax = (int)Math.Min(forward.ContextTokensMax, (long)pool.PageCount * forward.PageTokens);
    }

    /// <summary>Prompt and output of one sequence at most: what the model's context and all pages together allow. [tokens]</summary>
    public int SequenceTokensMax { get; }

    /// <summary>What the latest step did. The same object as <see cref="Step"/> returns; of use when it throws.</summary>
    public StepResult LastStep { get; } = new();

    /// <summary>Whether the forward pass has lost its device, so that no step will succeed any more.</summary>
    public bool IsLost => _forward.IsLost;

    /// <summary>How full the worker is.</summary>
    public SchedulerCounts Counts
    {
        get
        {
            int free = _memory.Pool.FreeCount;
            int cached = _memory.Cache.CachedPages;
            int total = _memory.Pool.PageCount;
            return new SchedulerCounts(free, cached, total - free - cached, total, _queue.Count, _running.Count)
            {
                PagesPinned = cached - _memory.Cache.EvictablePages,
            };
        }
    }

    internal IReadOnlyList<Sequence> Running => _running;

    internal WaitingQueue Queue => _queue;

    /// <summary>Puts a sequence into the queue. Throws <see cref="ArgumentException"/> for a prompt of another page size and for negative numbers.</summary>
    /// <returns>Whether it was accepted, or why not; what is not accepted leaves no trace.</returns>
    public SubmitOutcome Submit(SequenceRequest request, TimeSpan now)
    {
        CheckNotStepping();
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxNewTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Choice);
        Prompt prompt = request.Prompt;
        if (prompt.PageTokens != _memory.PageTokens)
        {
            throw new ArgumentException($"The prompt has keys for pages of {prompt.PageTokens} tokens, the worker has pages of {_memory.PageTokens}.", nameof(request));
        }

        if (prompt.Length >= SequenceTokensMax) return SubmitOutcome.PromptTooLong;
        int lengthMax = prompt.Length + Math.Min(request.MaxNewTokens, SequenceTokensMax - prompt.Length);
        if (prompt.Length + request.Generated.Length >= lengthMax) return SubmitOutcome.NothingToGenerate;
        if (!InVocabulary(prompt.Tokens.Span) || !InVocabulary(request.Generated.Span)) return SubmitOutcome.TokenOutOfRange;
        if (_live.ContainsKey((request.Id, request.Choice))) return SubmitOutcome.Duplicate;
        if (_queue.Waiting.Count >= _waitingMax) return SubmitOutcome.QueueFull;

        var sequence = new Sequence(request, _arrivals++, lengthMax, now);
        _live.Add((request.Id, request.Choice), sequence);
        _queue.Add(sequence);
        return SubmitOutcome.Accepted;
    }

    /// <summary>Ends all sequences of a request at once, without output. Their pages are free, or cached, when the call returns.</summary>
    /// <returns>Sequences ended; 0 if none of the request is live.</returns>
    public int Cancel(RequestId id, TimeSpan now) => EndAll(sequence => sequence.Request.Id == id, now);

    /// <summary>Ends all sequences at once, without output.</summary>
    /// <returns>Sequences ended.</returns>
    public int CancelAll(TimeSpan now) => EndAll(_ => true, now);

    /// <summary>
    /// Runs one forward pass: a token for every sequence in decode, and prefill chunks with what is left of the budget. If the forward pass throws,
    /// all running sequences end as failed, their pages are given back, and the exception goes on to the caller, who finds the outputs in
    /// <see cref="LastStep"/>; waiting ones wait on. A sampler that throws, or chooses a token that the model does not have, fails its own sequence
    /// only.
    /// </summary>
    /// <param name="now">The time, not earlier than in the calls before.</param>
    /// <returns>What happened; valid until the next step.</returns>
    public StepResult Step(TimeSpan now)
    {
        CheckNotStepping();
        _stepping = true;
        try
        {
            LastStep.Clear();
            _queue.Keep(now);
            FillBatch(now);
            if (_batch.Count > 0)
            {
                Compute(now);
                Publish(now);
            }
            else if (_live.Count > 0)
            {
                throw new InvalidOperationException("Sequences are live, but a step has nothing to compute.");
            }

            return LastStep;
        }
        finally
        {
            _batch.Clear();
            _stepping = false;
        }
    }

    /// <summary>
    /// Replaces the content of <paramref name="sequences"/> by all live ones: running in order of admission, then preempted, then waiting in order of
    /// arrival. Asks the cache anew for what it has of those that wait, some at a time, as a step does.
    /// </summary>
    public void Snapshot(List<SequenceSnapshot> sequences)
    {
        CheckNotStepping();
        sequences.Clear();
        foreach (Sequence sequence in _running) sequences.Add(sequence.Snapshot());
        _queue.Refresh();
        if (_queue.Count == 0)
        {
            _forecast.Clear();
            return;
        }

        _forecast.Begin(_running);
        for (int i = 0; i < _queue.Preempted.Count; i++) sequences.Add(_forecast.Next(_queue.Preempted[i]));
        for (int i = 0; i < _queue.Waiting.Count; i++) sequences.Add(_forecast.Next(_queue.Waiting[i]));
    }

    /// <summary>
    /// Recomputes what pool, cache, queue and running sequences believe of each other; throws <see cref="InvalidOperationException"/> where they
    /// differ.
    /// </summary>
    public void CheckIntegrity() => LocalSchedulerIntegrity.Check(_memory, _queue, _running, _live.Values, _runningMax, _waitingMax);

    private void FillBatch(TimeSpan now)
    {
        // 1. Pages for every decode, at the expense of the latest arrivals if need be. One sequence alone never lacks a page.
        while (_memory.AvailablePages < DecodePagesMissing()) PreemptLatest(now);

        // 2. Decodes.
        if (!_prefillsAlone) Continue(SequencePhase.Decode);

        // 3. Prefills admitted before. If no sequence is in decode, the first of them finds a page: admission has kept back what all of them need.
        Continue(SequencePhase.Prefill);

        // 4. New ones, as far as the budget goes.
        Admit(now);
        if (_prefillsAlone && _batch.Count == 0) Continue(SequencePhase.Decode);
    }

    private void Continue(SequencePhase phase)
    {
        foreach (Sequence sequence in _running)
        {
            if (sequence.Phase == phase) LastStep.Add(sequence, _batch.Add(sequence));
        }
    }

    private int DecodePagesMissing()
    {
        int missing = 0;
        foreach (Sequence sequence in _running)
        {
            if (sequence.Phase == SequencePhase.Decode && _memory.NeedsPage(sequence)) missing++;
        }

        return missing;
    }

    private void Admit(TimeSpan now)
    {
        if (_queue.Count == 0 || _batch.TokensLeft == 0 || _running.Count >= _runningMax) return;

        _queue.BeginStep(_running);
        int skipped = 0;
        while (_batch.TokensLeft > 0 && _running.Count < _runningMax && _queue.Next() is { } sequence)
        {
            if (!_admission.Fits(sequence, _running, mustShare: skipped > 0))
            {
                if (!_queue.TryPassOver(sequence) || ++skipped == PassedOverPerStepMax) break;
                continue;
            }

            _queue.Take(sequence);
            _memory.Start(sequence, now);
            _running.Add(sequence);
            LastStep.AddStart(sequence, now);
            int added = _batch.Add(sequence);
            LastStep.Add(sequence, added);
            _queue.DeferTo(sequence);
            if (added == 0) break;
        }
    }

    private void PreemptLatest(TimeSpan now)
    {
        int latest = 0;
        for (int i = 1; i < _running.Count; i++)
        {
            if (_running[i].Arrival > _running[latest].Arrival) latest = i;
        }

        Sequence sequence = _running[latest];
        _running.RemoveAt(latest);
        _memory.Release(sequence, now);
        sequence.Preempt();
        _queue.PutFront(sequence);
        LastStep.AddPreemption(sequence);
    }

    private void Compute(TimeSpan now)
    {
        if (_forward.ChoosesTokens) _batch.Choose();
        try
        {
            _forward.Forward(_batch.Entries);
        }
        catch (Exception error)
        {
            // The pages of this pass hold anything now. None of them is in the cache yet, so that giving them back is enough.
            while (_running.Count > 0) Fail(_running[0], error, now);
            throw;
        }
    }

    private void Publish(TimeSpan now)
    {
        for (int i = 0; i < _batch.Count; i++)
        {
            Sequence sequence = _batch.Sequences[i];
            BatchEntry entry = _batch.Entries[i];
            sequence.Advance(entry.Tokens.Length);
            _memory.Store(sequence, now);
            if (entry.WantsLogits) Sample(sequence, entry, i, now);
        }
    }

    private void Sample(Sequence sequence, in BatchEntry entry, int index, TimeSpan now)
    {
        if (sequence.ChoiceError is { } unasked)
        {
            Fail(sequence, unasked, now);
            return;
        }

        SampledToken sampled;
        try
        {
            ITokenSampler sampler = sequence.Request.Sampler;
            sampled = entry.Choice is null ? sampler.Next(_forward.Logits(index)) : sampler.Accept(_forward.ChosenToken(index));
            if ((uint)sampled.Token >= (uint)_forward.VocabularySize)
            {
                throw new InvalidOperationException($"The sampler chose token {sampled.Token} of a vocabulary of {_forward.VocabularySize}.");
            }
        }
        catch (Exception error)
        {
            Fail(sequence, error, now);
            return;
        }

        sequence.Append(sampled.Token);
        FinishReason? finish = sampled.Finish ?? (sequence.Length >= sequence.LengthMax ? FinishReason.Length : null);
        LastStep.AddToken(sequence, sampled.Token, finish);
        if (finish is not null) End(sequence, now);
    }

    private void Fail(Sequence sequence, Exception error, TimeSpan now)
    {
        LastStep.AddFailure(sequence, error);
        End(sequence, now);
    }

    private void End(Sequence sequence, TimeSpan now)
    {
        _running.Remove(sequence);
        _live.Remove((sequence.Request.Id, sequence.Request.Choice));
        _memory.Release(sequence, now);
    }

    private int EndAll(Func<Sequence, bool> chosen, TimeSpan now)
    {
        CheckNotStepping();
        List<Sequence> ended = [.. _live.Values.Where(chosen)];
        foreach (Sequence sequence in ended)
        {
            if (sequence.Phase == SequencePhase.Waiting)
            {
                _queue.Remove(sequence);
                _live.Remove((sequence.Request.Id, sequence.Request.Choice));
            }
            else
            {
                End(sequence, now);
            }
        }

        return ended.Count;
    }

    private bool InVocabulary(ReadOnlySpan<int> tokens) => !tokens.ContainsAnyExceptInRange(0, _forward.VocabularySize - 1);

    private void CheckNotStepping()
    {
        if (_stepping) throw new InvalidOperationException("The scheduler was called from inside its own step.");
    }
}
