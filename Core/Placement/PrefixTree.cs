using Preble.Core.Caching;

namespace Preble.Core.Placement;

/// <summary>
/// Which worker holds which prefix: a radix tree over page keys with, at every node, the workers that hold it. Soft state that follows the workers'
/// caches; keys route, and a wrong answer costs time, never a wrong result.
/// <para>Contract. One owner calls it, never two at once. Only whole leading pages of a path are known: a worker that holds a page holds all pages
/// before it. <see cref="Match"/> changes nothing but that promises past their deadline end; every other call may move, split and drop nodes, and
/// leaves earlier matches as they were filled. Calls that name a worker that was not added change nothing and return false, so that an event which
/// arrives after its worker has gone cannot bring it back. Repeating a call of <see cref="Store"/>, <see cref="Evict"/>, <see cref="Settle"/> or
/// <see cref="RemoveWorker"/> changes nothing but the order of use. Times never decrease; one that does counts as the last one. An empty path is
/// allowed and holds nothing.</para>
/// <para>Bounds. After each call the tree has at most <see cref="PrefixTreeOptions.PagesMax"/> pages and <see cref="PrefixTreeOptions.HoldersMax"/>
/// records; the least recently used leaves are forgotten, end first, which makes the tree know less than the workers hold. <see cref="Store"/> and
/// <see cref="Promise"/> use a path; <see cref="Match"/> does not.</para>
/// <para>Cost. A match walks the nodes of the path once and the holders of each; a steady state allocates nothing.</para>
/// </summary>
public sealed class PrefixTree
{
    private readonly PrefixTreeOptions _options;
    private readonly HeldTree _tree = new();
    private readonly TreeNodes _nodes;
    private readonly Holders _holders;
    private readonly WorkerSlots _slots;
    private readonly PendingPromises _promises;
    private readonly UseClock _clock;
    private readonly EvictionRegret _regret = new();
    private TimeSpan _latest;

    public PrefixTree(PrefixTreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _nodes = _tree.Nodes;
        _holders = _tree.Holders;
        _slots = _tree.Slots;
        _promises = _tree.Promises;
        _clock = new UseClock(options.WindowSeconds);
    }

    /// <summary>Pages that it remembers; a page that several workers hold counts once.</summary>
    public int PageCount => _nodes.Pages;

    /// <summary>Nodes, each a run of pages.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>Records of a worker at a node.</summary>
    public int HolderCount => _holders.Count;

    /// <summary>Promises that neither storing, nor their request's end, nor time has ended.</summary>
    public int PromiseCount => _promises.Count;

    public int WorkerCount => _slots.Count;

    /// <summary>Share of the evicted pages that are asked for again before the workers' memory has been filled anew: what an eviction costs.</summary>
    public double EvictionRegret => _regret.Share;

    /// <summary>Its parts, for tests that look inside.</summary>
    internal HeldTree Held => _tree;

    /// <summary>Makes a worker known, holding nothing. A worker that is known keeps what it holds and gets the new capacity.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="capacityPages">Pages that its key-value memory holds.</param>
    /// <returns>False if there are <see cref="PrefixTreeOptions.WorkersMax"/> workers already.</returns>
    public bool AddWorker(WorkerId worker, int capacityPages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityPages);
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            if (_slots.Count >= _options.WorkersMax)
            {
                return false;
            }

            holdings = _slots.Add(worker);
        }

        _regret.CapacityPages += capacityPages - holdings.CapacityPages;
        holdings.CapacityPages = capacityPages;
        return true;
    }

    /// <summary>Forgets a worker, all that it holds and all that it was promised.</summary>
    public bool RemoveWorker(WorkerId worker)
    {
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        // A node is colder than its parent, so this goes from the leaves up.
        while (holdings.Coldest is var holder and >= 0)
        {
            int node = _holders[holder].Node;
            while (_holders[holder].FirstPromise is var promise and >= 0)
            {
                _promises.Remove(promise);
            }

            _holders.Invalidate(holder, holdings);
            _holders[holder].Promises = 0;
            _holders.SetResident(holder, 0, holdings);
            _holders.Remove(holder, holdings);
            _tree.PruneNode(node);
        }

        _regret.CapacityPages -= holdings.CapacityPages;
        _slots.Remove(holdings);
        return true;
    }

    /// <summary>Pages of the tree that a worker holds, promised ones not counted; 0 for one that is not known.</summary>
    public int ResidentPages(WorkerId worker) => _slots.TryFind(worker, out WorkerHoldings? holdings) ? holdings.ResidentPages : 0;

    /// <summary>Finds how much of a prompt each worker has.</summary>
    /// <param name="keys">Keys of the prompt's whole pages. [pages]</param>
    /// <param name="result">Filled anew.</param>
    /// <param name="now">Since any fixed moment.</param>
    /// <param name="forecastEvictions">Whether to forecast for each worker what it would evict to fit the rest of the prompt.</param>
    public void Match(ReadOnlySpan<PageKey> keys, PrefixMatch result, TimeSpan now, bool forecastEvictions = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        Advance(now);
        result.Begin(keys.Length, _slots);
        result.EvictionRegret = _regret.Share;
        _tree.Path.Clear();
        int at = 0;
        for (int parent = TreeNodes.Root; at < keys.Length;)
        {
            int node = _nodes.FindChild(parent, keys[at]);
            if (node < 0)
            {
                break;
            }

            ref TreeNode here = ref _nodes[node];
            int common = _nodes.Keys.CommonLength(here.Run, keys[at..]);
            _tree.Path.Add(node);
            for (int next = here.FirstHolder; next >= 0;)
            {
                ref Holder holder = ref _holders[next];
                int resident = Math.Min(holder.Resident, common);
                result.Reach(holder.Worker, resident > 0 ? at + resident : 0, at + (holder.Promises > 0 ? common : resident));
                next = holder.NextInNode;
            }

            at += common;
            result.AddPathEnd(at);
            if (_nodes.IsParting(node, common, keys[at..]))
            {
                result.SharedPages = at;
            }

            if (common < here.Length)
            {
                break;
            }

            parent = node;
        }

        if (forecastEvictions)
        {
            EvictionForecast.Fill(_tree, _options, result);
        }
    }

    /// <summary>A worker holds every page of a path. Ends the promises that this fulfils.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="pages">Keys from the first page on. [pages]</param>
    public bool Store(WorkerId worker, ReadOnlySpan<PageKey> pages)
    {
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        Hold(holdings, pages);
        _tree.EnforceBounds(_options.PagesMax, _options.HoldersMax);
        return true;
    }

    /// <summary>A worker holds no page of a path from index <paramref name="from"/> on, nor any page behind them.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="pages">Keys from the first page on. [pages]</param>
    /// <param name="from">Index of the first page that is gone; the length of the path or more says nothing.</param>
    public bool Evict(WorkerId worker, ReadOnlySpan<PageKey> pages, int from)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        int at = 0;
        for (int parent = TreeNodes.Root; at < pages.Length;)
        {
            int node = _nodes.FindChild(parent, pages[at]);
            if (node < 0)
            {
                break;
            }

            int common = _nodes.Keys.CommonLength(_nodes[node].Run, pages[at..]);
            if (from < at + common)
            {
                int resident = holdings.ResidentPages;
                int awaited = _tree.EvictFrom(node, from - at, holdings);
                int held = Math.Max(from, _nodes.KnownPages(pages[..(at + common)]));
                _regret.Evicted(resident - holdings.ResidentPages, awaited, pages[held..(at + common)]);
                break;
            }

            at += common;
            if (common < _nodes[node].Length)
            {
                break;
            }

            parent = node;
        }

        return true;
    }

    /// <summary>Follows a change of a worker's cache. Sequence numbers are the caller's: a gap asks for <see cref="Replace"/>.</summary>
    public bool Apply(WorkerId worker, CacheEvent change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Kind switch
        {
            CacheEventKind.Stored => Store(worker, change.Path.Span),
            CacheEventKind.Evicted => Evict(worker, change.Path.Span, change.From),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "unknown kind of cache event"),
        };
    }

    /// <summary>A worker holds exactly the pages of these paths. Promises stay, as their requests are still on their way.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="dump">Paths from the first page on, in the order of their use, the least recently used first; asking for the next must not throw.</param>
    public bool Replace(WorkerId worker, IEnumerable<ReadOnlyMemory<PageKey>> dump)
    {
        ArgumentNullException.ThrowIfNull(dump);
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        for (int holder = holdings.Coldest; holder >= 0; holder = _holders[holder].Hotter)
        {
            _holders.SetResident(holder, 0, holdings);
        }

        // Records that hold nothing stay for the moment, with their counts of use: most of them are about to hold the same again.
        // The bounds wait until they have gone.
        _tree.Replacing = holdings;
        foreach (ReadOnlyMemory<PageKey> pages in dump)
        {
            Hold(holdings, pages.Span);
        }

        _tree.Replacing = null;
        for (int holder = holdings.Coldest; holder >= 0;)
        {
            int node = _holders[holder].Node;
            int next = _holders[holder].Hotter;
            _tree.RemoveIfEmpty(holder, holdings);
            _tree.PruneNode(node);
            holder = next;
        }

        _tree.EnforceBounds(_options.PagesMax, _options.HoldersMax);
        return true;
    }

    /// <summary>
    /// A request was sent to a worker, which will soon hold all pages of its prompt: matches expect them there until they are stored,
    /// <see cref="Settle"/> is called, or <see cref="PrefixTreeOptions.PromiseSeconds"/> have passed. Counts as a use of the path within the window.
    /// </summary>
    /// <param name="worker">The worker.</param>
    /// <param name="keys">Keys of the prompt's whole pages. [pages]</param>
    /// <param name="request">The request. A promise that it has already, to whatever worker, ends first.</param>
    /// <param name="now">Since the same moment as in every other call.</param>
    public bool Promise(WorkerId worker, ReadOnlySpan<PageKey> keys, RequestId? request, TimeSpan now)
    {
        Advance(now);
        if (!_slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        if (request is { } id)
        {
            Settle(id);
        }

        if (_promises.Count >= _options.PromisesMax)
        {
            _tree.EndPromise(_promises.First, prune: true);
        }

        double weight = _clock.Weight(_latest);
        holdings.Uses += weight;
        if (keys.IsEmpty)
        {
            return true;
        }

        int known = _nodes.Pages;
        _tree.Insert(keys, cutAtEnd: true, extendFor: null);
        _regret.Asked(keys[^(_nodes.Pages - known)..]);
        int last = -1;
        foreach (int node in _tree.Path)
        {
            last = _holders.Ensure(node, holdings);
            _holders.Invalidate(last, holdings);
            _holders[last].Promises++;
            _holders[last].Uses += weight;
        }

        _promises.Add(request, last, _latest + TimeSpan.FromSeconds(_options.PromiseSeconds));
        _tree.Touch(holdings);
        _tree.EnforceBounds(_options.PagesMax, _options.HoldersMax);
        return true;
    }

    /// <summary>
    /// A request has been answered: its promise ends after <see cref="PrefixTreeOptions.ConcludeSeconds"/>, by when the events of what it stored have
    /// come. A prompt that was cached as a whole stores nothing, so that nothing else would end it.
    /// </summary>
    /// <returns>Whether it had a pending promise.</returns>
    public bool Conclude(RequestId request, TimeSpan now)
    {
        Advance(now);
        return _promises.Conclude(request, _latest + TimeSpan.FromSeconds(_options.ConcludeSeconds), _options.PromisesMax) || Settle(request);
    }

    /// <summary>A request has ended without an answer: what was promised for it is no longer expected. What was stored stays.</summary>
    /// <returns>Whether it had a pending promise.</returns>
    public bool Settle(RequestId request)
    {
        if (!_promises.TryFind(request, out int promise))
        {
            return false;
        }

        _tree.EndPromise(promise, prune: true);
        return true;
    }

    /// <summary>Recomputes every count, link and index and throws if one is wrong. Takes time in proportion to the tree; for tests.</summary>
    public void CheckIntegrity() => PrefixTreeIntegrity.Check(_tree, _options);

    private void Hold(WorkerHoldings holdings, ReadOnlySpan<PageKey> pages)
    {
        int known = _nodes.Pages;
        _tree.Insert(pages, cutAtEnd: false, extendFor: holdings);
        _regret.Asked(pages[^(_nodes.Pages - known)..]);
        foreach (int node in _tree.Path)
        {
            ref readonly TreeNode here = ref _nodes[node];
            int holder = _holders.Ensure(node, holdings);
            _holders.SetResident(holder, Math.Max(_holders[holder].Resident, Math.Min(here.Length, pages.Length - here.Start)), holdings);
        }

        _tree.Touch(holdings);
        foreach (int node in _tree.Path)
        {
            int holder = _holders.Find(node, holdings);
            bool fulfilled = _nodes[node].Start + _nodes[node].Length <= pages.Length;
            while (fulfilled && _holders[holder].FirstPromise is var promise and >= 0)
            {
                _tree.EndPromise(promise, prune: false);
            }
        }
    }

    private void Advance(TimeSpan now)
    {
        _latest = now > _latest ? now : _latest;
        while (_promises.First is var promise and >= 0 && _promises[promise].Deadline <= _latest)
        {
            _tree.EndPromise(promise, prune: true);
        }

        while (_promises.TryTakeConcluded(_latest, out RequestId answered))
        {
            Settle(answered);
        }

        if (_clock.MustRebase(_latest))
        {
            _tree.Rescale(_clock.Rebase(_latest));
        }
    }
}
