namespace Preble.Core.Placement.E2;

/// <summary>
/// What E2 does when exploiting alone would leave the load uneven: rebalancing and autoscaling of key portions (the paper's section 3.2). Where the paper
/// leaves it open, as follows.
/// <para>Rebalancing. The load of a worker is the time that what was sent within H takes it, moved with the key portions. When the window has enough
/// requests, each placement of a prompt that is no chain moves one key portion from a worker with more than Th_bal times the load of the least loaded
/// candidate to that: of the most loaded such worker the cheapest, to within a factor of two, of those used twice that leave it with no less than they
/// bring the other to, as a larger one would only swap the two. From then on its requests go to the light worker, which computes it again, and no longer
/// to the heavy one. The requests of a larger one go to the light worker one by one while the ratio lasts and they cost less there (L + M + P), so that
/// both hold it. What is evicted for a moved portion is not weighed: where caches are full and unlike, a higher Th_bal is safer.</para>
/// <para>Autoscaling. See <see cref="Replication"/>. A portion with replicas has its branches dealt out to them: one that is asked for goes, with all that
/// it had within the window, to the replica whose worker then has least, and stays there.</para>
/// <para>Chains. A prompt with more nodes behind its key portion than a question has, as the turns of a conversation, moves and replicates nothing, but
/// follows what was moved.</para>
/// <para>Eviction. A worker that the match no longer shows to hold what it was assigned and sent is taken off the assignment.</para>
/// </summary>
internal sealed class PostAssignment
{
    private readonly PolicyOptions _options;
    private readonly QueueTimes _queues;
    private readonly AwaitedRequests _awaited;
    private readonly Replication _replication;

    public PostAssignment(PolicyOptions options)
    {
        _options = options;
        Ledger = new PortionLedger(options);
        _queues = new QueueTimes(options, Ledger.Portions);
        _awaited = new AwaitedRequests(options);
        _replication = new Replication(options, Ledger.Portions, _queues);
    }

    public PortionLedger Ledger { get; }

    public QueueTimes Queues => _queues;

    public AwaitedRequests Awaited => _awaited;

    /// <summary>A prompt was placed. What follows from it concerns later ones.</summary>
    /// <param name="input">The prompt.</param>
    /// <param name="chosen">Index of its candidate.</param>
    /// <param name="loadSeconds">What it adds to the worker's load (a summand of L).</param>
    public void Placed(in PlacementInput input, int chosen, double loadSeconds)
    {
        Ledger.Advance(input.Now);
        _queues.Advance(input.Now);
        LoadedWorker worker = Ledger.Workers.Of(input.Candidates[chosen].Worker, chosen);
        long work = worker.WorkOf(loadSeconds, _options.E2WindowSeconds);
        KeyPath path = KeyPath.Of(input);
        PortionShare? share = null;
        if (path.Pages == 0)
        {
            _awaited.Forget(input.Request);
            Ledger.Add(input.Now, worker, work);
        }
        else
        {
            share = Follow(input, chosen, path, worker, work);
        }

        if (input.Candidates.Length > 1 && path.NodesBelow < _options.E2ChainNodes && !Rebalance(input) && share is not null)
        {
            _replication.Adjust(share, input, Ledger.Workers);
        }
    }

    /// <summary>A request has ended: it queued for its time to the first token less the prefill that was predicted.</summary>
    public void Ended(RequestId request, in CompletionFacts facts, TimeSpan now)
    {
        _queues.Advance(now);
        bool hasRun = facts.Outcome is not (CompletionOutcome.Failed or CompletionOutcome.Lost or CompletionOutcome.Rejected);
        if (_awaited.Take(request, out KeyPortion? portion, out double prefill) && hasRun && facts.TtftSeconds is { } ttft && double.IsFinite(ttft))
        {
            _queues.Add(portion, ttft - prefill, now);
        }
    }

    public void Left(WorkerId worker) => Ledger.Left(worker);

    /// <summary>Recomputes every sum and link and throws if one is wrong. For tests.</summary>
    public void CheckIntegrity()
    {
        LedgerIntegrity.Check(Ledger, _options);
        _queues.CheckIntegrity();
        Invariant.Holds(_awaited.Count <= _options.E2AwaitedRequestsMax, "awaited requests stay within their bound");
    }

    /// <summary>Counts a request with a key portion and follows where it went.</summary>
    private PortionShare Follow(in PlacementInput input, int chosen, KeyPath path, LoadedWorker worker, long work)
    {
        PageKey key = input.Keys[path.Pages - 1];
        if (Ledger.Portions.TryFind(key, out KeyPortion? known) && known.IsAssigned)
        {
            DropEvicted(known, path, input);
        }

        SentRequest sent = Ledger.Add(input.Now, worker, work, key, path.Pages < input.Keys.Length ? input.Keys[path.Pages] : null);
        PortionShare share = sent.Share!;
        KeyPortion portion = share.Portion;
        ref readonly Candidate candidate = ref input.Candidates[chosen];
        _awaited.Add(input.Request, portion, worker.View.Rates.PrefillSeconds(candidate.MissedTokens, candidate.CachedTokens));
        if (portion.IsAssigned)
        {
            // A worker that had to take a request of the portion has it from now on, whether it was assigned there or not.
            if (!share.IsMember)
            {
                Ledger.Portions.Join(portion, worker);
                _replication.Changed(portion, input.Now);
            }

            sent.Branch?.GiveTo(share);
        }

        return share;
    }

    private void DropEvicted(KeyPortion portion, KeyPath path, in PlacementInput input)
    {
        Ledger.Workers.Mark(portion);
        for (int i = 0; i < input.Candidates.Length; i++)
        {
            ref readonly Candidate candidate = ref input.Candidates[i];
            if (!path.IsCachedOn(candidate, input) && Ledger.Workers.Marked(candidate.Worker, i) is { IsMember: true, Holds: true } share)
            {
                Ledger.Portions.Drop(share);
            }
        }
    }

    /// <summary>Moves the cheapest portion that may, from the most loaded worker that has one, to the least loaded.</summary>
    /// <returns>Whether one has moved.</returns>
    private bool Rebalance(in PlacementInput input)
    {
        if (!Ledger.IsWarm(input.Candidates.Length))
        {
            return false;
        }

        LightestCandidate light = LightestCandidate.Of(input.Candidates, Ledger.Workers);
        PortionShare? moving = null;
        for (int i = 0; i < input.Candidates.Length; i++)
        {
            LoadedWorker worker = Ledger.Workers.Of(input.Candidates[i].Worker, i);
            if (worker.CheapestMovable is { } cheapest && cheapest.Counted <= light.MovableFrom(worker, _options.E2BalanceRatio))
            {
                moving = moving is null || worker.Load > moving.Worker.Load ? cheapest : moving;
            }
        }

        if (moving is not null)
        {
            KeyPortion portion = moving.Portion;
            Ledger.Portions.Move(portion, moving.Worker, light.Worker);
            _replication.Changed(portion, input.Now);
        }

        return moving is not null;
    }
}
