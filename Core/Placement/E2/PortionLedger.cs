namespace Preble.Core.Placement.E2;

/// <summary>
/// The requests sent within the window H, summed by worker, by key portion and by branch.
/// <para>Bounds. Nothing outlives the requests within the window, of which there are at most <see cref="PolicyOptions.E2WindowRequestsMax"/>: when there
/// are more, the oldest leave early. Loads are whole numbers, and taking away leaves no trace.</para>
/// </summary>
internal sealed class PortionLedger(PolicyOptions options)
{
    private readonly TimeSpan _window = TimeSpan.FromSeconds(options.E2WindowSeconds);
    private readonly Queue<SentRequest> _sent = new();
    private readonly Dictionary<PageKey, PortionBranch> _branches = [];
    private readonly Stack<PortionBranch> _spareBranches = [];

    public LoadedWorkers Workers { get; } = new();

    public KeyPortions Portions { get; } = new(options.E2MoveRequestsMin);

    /// <summary>Within the window.</summary>
    public int Requests => _sent.Count;

    public IReadOnlyCollection<SentRequest> Sent => _sent;

    public IReadOnlyCollection<PortionBranch> Branches => _branches.Values;

    public PortionBranch? FindBranch(PageKey key) => _branches.GetValueOrDefault(key);

    /// <summary>Whether so many requests are within the window that the loads of so many candidates can be compared.</summary>
    public bool IsWarm(int candidates) => Requests >= (long)options.E2WarmUpRequests * candidates;

    /// <summary>Forgets what has left the window.</summary>
    public void Advance(TimeSpan now)
    {
        while (_sent.TryPeek(out SentRequest oldest) && oldest.At + _window <= now)
        {
            Withdraw(_sent.Dequeue());
        }
    }

    /// <summary>Counts a request that has no key portion.</summary>
    public void Add(TimeSpan now, LoadedWorker worker, long load)
    {
        MakeRoom();
        worker.Load += load;
        _sent.Enqueue(new SentRequest(now, worker, load, Share: null, Branch: null));
    }

    /// <summary>Counts a request with the key portion that ends with <paramref name="key"/>.</summary>
    /// <param name="now">Never less than before.</param>
    /// <param name="worker">The worker that it was sent to.</param>
    /// <param name="load">[ns]</param>
    /// <param name="key">Of the portion's last page.</param>
    /// <param name="branchKey">Of the page behind it, or null if the prompt has none.</param>
    public SentRequest Add(TimeSpan now, LoadedWorker worker, long load, PageKey key, PageKey? branchKey)
    {
        MakeRoom();
        PortionShare share = Portions.Ensure(key, worker);
        PortionBranch? branch = branchKey is { } first ? Ensure(first) : null;
        branch?.Add(1, load);
        share.Holds = true;
        Portions.Add(share, 1, load);
        var sent = new SentRequest(now, worker, load, share, branch);
        _sent.Enqueue(sent);
        return sent;
    }

    /// <summary>Forgets a worker and everything sent there. Takes time in proportion to the requests within the window.</summary>
    public void Left(WorkerId id)
    {
        if (Workers.Remove(id) is not { } worker)
        {
            return;
        }

        for (int i = _sent.Count; i > 0; i--)
        {
            SentRequest sent = _sent.Dequeue();
            if (sent.Worker == worker)
            {
                Withdraw(sent);
            }
            else
            {
                _sent.Enqueue(sent);
            }
        }

        while (worker.Any is { } share)
        {
            Portions.Drop(share);
        }

        Invariant.Holds(worker.Load == 0, "what was sent to a worker goes with it");
    }

    private void MakeRoom()
    {
        if (_sent.Count >= options.E2WindowRequestsMax)
        {
            Withdraw(_sent.Dequeue());
        }
    }

    private void Withdraw(in SentRequest sent)
    {
        if (sent.Branch is { } branch)
        {
            branch.Add(-1, -sent.Load);
            if (branch.Requests == 0)
            {
                branch.GiveTo(null);
                _branches.Remove(branch.Key);
                _spareBranches.Push(branch);
            }
        }

        if (sent.Share is { } share)
        {
            Portions.Add(share, -1, -sent.Load);
        }
        else
        {
            sent.Worker.Load -= sent.Load;
        }
    }

    private PortionBranch Ensure(PageKey key)
    {
        if (!_branches.TryGetValue(key, out PortionBranch? branch))
        {
            branch = _spareBranches.TryPop(out PortionBranch? spare) ? spare : new PortionBranch();
            branch.Key = key;
            _branches.Add(key, branch);
        }

        return branch;
    }
}
