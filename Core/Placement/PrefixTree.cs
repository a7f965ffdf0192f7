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
    private readonly PrefixTreeOptions options;
    private readonly HeldTree tree = new();
    private readonly TreeNodes nodes;
    private readonly Holders holders;
    private readonly WorkerSlots slots;
    private readonly PendingPromises promises;
    private readonly UseClock clock;
    private TimeSpan latest;

    public PrefixTree(PrefixTreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.options = options;
        nodes = tree.Nodes;
        holders = tree.Holders;
        slots = tree.Slots;
        promises = tree.Promises;
        clock = new UseClock(options.WindowSeconds);
    }

    /// <summary>Pages that it remembers; a page that several workers hold counts once.</summary>
    public int PageCount => nodes.Pages;

    /// <summary>Nodes, each a run of pages.</summary>
    public int NodeCount => nodes.Count;

    /// <summary>Records of a worker at a node.</summary>
    public int HolderCount => holders.Count;

    /// <summary>Promises that neither storing, nor their request's end, nor time has ended.</summary>
    public int PromiseCount => promises.Count;

    public int WorkerCount => slots.Count;

    /// <summary>Its parts, for tests that look inside.</summary>
    internal HeldTree Held => tree;

    /// <summary>Makes a worker known, holding nothing. A worker that is known keeps what it holds and gets the new capacity.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="capacityPages">Pages that its key-value memory holds.</param>
    /// <returns>False if there are <see cref="PrefixTreeOptions.WorkersMax"/> workers already.</returns>
    public bool AddWorker(WorkerId worker, int capacityPages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityPages);
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            if (slots.Count >= options.WorkersMax)
            {
                return false;
            }

            holdings = slots.Add(worker);
        }

        holdings.CapacityPages = capacityPages;
        return true;
    }

    /// <summary>Forgets a worker, all that it holds and all that it was promised.</summary>
    public bool RemoveWorker(WorkerId worker)
    {
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        // A node is colder than its parent, so this goes from the leaves up.
        while (holdings.Coldest is var holder and >= 0)
        {
            int node = holders[holder].Node;
            while (holders[holder].FirstPromise is var promise and >= 0)
            {
                promises.Remove(promise);
            }

            holders.Invalidate(holder, holdings);
            holders[holder].Promises = 0;
            holders.SetResident(holder, 0, holdings);
            holders.Remove(holder, holdings);
            tree.PruneNode(node);
        }

        slots.Remove(holdings);
        return true;
    }

    /// <summary>Pages of the tree that a worker holds, promised ones not counted; 0 for one that is not known.</summary>
    public int ResidentPages(WorkerId worker) => slots.TryFind(worker, out WorkerHoldings? holdings) ? holdings.ResidentPages : 0;

    /// <summary>Finds how much of a prompt each worker has.</summary>
    /// <param name="keys">Keys of the prompt's whole pages. [pages]</param>
    /// <param name="result">Filled anew.</param>
    /// <param name="now">Since any fixed moment.</param>
    /// <param name="forecastEvictions">Whether to forecast for each worker what it would evict to fit the rest of the prompt.</param>
    public void Match(ReadOnlySpan<PageKey> keys, PrefixMatch result, TimeSpan now, bool forecastEvictions = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        Advance(now);
        result.Begin(keys.Length, slots);
        tree.Path.Clear();
        int at = 0;
        for (int parent = TreeNodes.Root; at < keys.Length;)
        {
            int node = nodes.FindChild(parent, keys[at]);
            if (node < 0)
            {
                break;
            }

            ref TreeNode here = ref nodes[node];
            int common = nodes.Keys.CommonLength(here.Run, keys[at..]);
            tree.Path.Add(node);
            for (int next = here.FirstHolder; next >= 0;)
            {
                ref Holder holder = ref holders[next];
                int resident = Math.Min(holder.Resident, common);
                result.Reach(holder.Worker, resident > 0 ? at + resident : 0, at + (holder.Promises > 0 ? common : resident));
                next = holder.NextInNode;
            }

            at += common;
            if (common < here.Length)
            {
                break;
            }

            parent = node;
        }

        if (forecastEvictions)
        {
            EvictionForecast.Fill(tree, options, result);
        }
    }

    /// <summary>A worker holds every page of a path. Ends the promises that this fulfils.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="pages">Keys from the first page on. [pages]</param>
    public bool Store(WorkerId worker, ReadOnlySpan<PageKey> pages)
    {
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        Hold(holdings, pages);
        EnforceBounds();
        return true;
    }

    /// <summary>A worker holds no page of a path from index <paramref name="from"/> on, nor any page behind them.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="pages">Keys from the first page on. [pages]</param>
    /// <param name="from">Index of the first page that is gone; the length of the path or more says nothing.</param>
    public bool Evict(WorkerId worker, ReadOnlySpan<PageKey> pages, int from)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        int at = 0;
        for (int parent = TreeNodes.Root; at < pages.Length;)
        {
            int node = nodes.FindChild(parent, pages[at]);
            if (node < 0)
            {
                break;
            }

            int common = nodes.Keys.CommonLength(nodes[node].Run, pages[at..]);
            if (from < at + common)
            {
                tree.EvictFrom(node, from - at, holdings);
                break;
            }

            at += common;
            if (common < nodes[node].Length)
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
    /// <param name="dump">Paths from the first page on, in the order of their use, the least recently used first.</param>
    public bool Replace(WorkerId worker, IReadOnlyList<ReadOnlyMemory<PageKey>> dump)
    {
        ArgumentNullException.ThrowIfNull(dump);
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        for (int holder = holdings.Coldest; holder >= 0; holder = holders[holder].Hotter)
        {
            holders.SetResident(holder, 0, holdings);
        }

        // Records that hold nothing stay for the moment, with their counts of use: most of them are about to hold the same again.
        // The bounds wait until they have gone.
        tree.Replacing = holdings;
        foreach (ReadOnlyMemory<PageKey> pages in dump)
        {
            Hold(holdings, pages.Span);
        }

        tree.Replacing = null;
        for (int holder = holdings.Coldest; holder >= 0;)
        {
            int node = holders[holder].Node;
            int next = holders[holder].Hotter;
            tree.RemoveIfEmpty(holder, holdings);
            tree.PruneNode(node);
            holder = next;
        }

        EnforceBounds();
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
        if (!slots.TryFind(worker, out WorkerHoldings? holdings))
        {
            return false;
        }

        if (request is { } id)
        {
            Settle(id);
        }

        if (promises.Count >= options.PromisesMax)
        {
            tree.EndPromise(promises.First, prune: true);
        }

        double weight = clock.Weight(latest);
        holdings.Uses += weight;
        if (keys.IsEmpty)
        {
            return true;
        }

        tree.Insert(keys, cutAtEnd: true, extendFor: null);
        int last = -1;
        foreach (int node in tree.Path)
        {
            last = holders.Ensure(node, holdings);
            holders.Invalidate(last, holdings);
            holders[last].Promises++;
            holders[last].Uses += weight;
        }

        promises.Add(request, last, latest + TimeSpan.FromSeconds(options.PromiseSeconds));
        tree.Touch(holdings);
        EnforceBounds();
        return true;
    }

    /// <summary>
    /// A request has been answered: its promise ends after <see cref="PrefixTreeOptions.ConcludeSeconds"/>, by when the events of what it stored have
    /// come. A prompt that was
    /// cached as a whole stores nothing, so that nothing else would end it.
    /// </summary>
    /// <returns>Whether it had a pending promise.</returns>
    public bool Conclude(RequestId request, TimeSpan now)
    {
        Advance(now);
        return promises.Conclude(request, latest + TimeSpan.FromSeconds(options.ConcludeSeconds), options.PromisesMax) || Settle(request);
    }

    /// <summary>A request has ended without an answer: what was promised for it is no longer expected. What was stored stays.</summary>
    /// <returns>Whether it had a pending promise.</returns>
    public bool Settle(RequestId request)
    {
        if (!promises.TryFind(request, out int promise))
        {
            return false;
        }

        tree.EndPromise(promise, prune: true);
        return true;
    }

    /// <summary>Recomputes every count, link and index and throws if one is wrong. Takes time in proportion to the tree; for tests.</summary>
    public void CheckIntegrity() => PrefixTreeIntegrity.Check(tree, options);

    private void Hold(WorkerHoldings holdings, ReadOnlySpan<PageKey> pages)
    {
        tree.Insert(pages, cutAtEnd: false, extendFor: holdings);
        foreach (int node in tree.Path)
        {
            ref readonly TreeNode here = ref nodes[node];
            int holder = holders.Ensure(node, holdings);
            holders.SetResident(holder, Math.Max(holders[holder].Resident, Math.Min(here.Length, pages.Length - here.Start)), holdings);
        }

        tree.Touch(holdings);
        foreach (int node in tree.Path)
        {
            int holder = holders.Find(node, holdings);
            bool fulfilled = nodes[node].Start + nodes[node].Length <= pages.Length;
            while (fulfilled && holders[holder].FirstPromise is var promise and >= 0)
            {
                tree.EndPromise(promise, prune: false);
            }
        }
    }

    private void EnforceBounds()
    {
        while (nodes.Pages > options.PagesMax || holders.Count > options.HoldersMax)
        {
            int coldest = nodes.Coldest;
            int keep = holders.Count > options.HoldersMax ? 0 : nodes[coldest].Length - (nodes.Pages - options.PagesMax);
            tree.ForgetLeaf(coldest, Math.Max(0, keep));
        }
    }

    private void Advance(TimeSpan now)
    {
        latest = now > latest ? now : latest;
        while (promises.First is var promise and >= 0 && promises[promise].Deadline <= latest)
        {
            tree.EndPromise(promise, prune: true);
        }

        while (promises.TryTakeConcluded(latest, out RequestId answered))
        {
            Settle(answered);
        }

        if (clock.MustRebase(latest))
        {
            tree.Rescale(clock.Rebase(latest));
        }
    }
}
