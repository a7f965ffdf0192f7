namespace Preble.Core.Caching;

/// <summary>
/// A radix tree over pages of tokens: one root for each seed, each node a run of pages, children by the key of their first page. Following a key is
/// confirmed by comparing tokens; two different pages of one key (a chance of one in 2^64) cannot both be cached, and the later stays with its
/// sequence.
/// <para>Matching costs one hash and one comparison of memory for each node of the path; storing a page and evicting one are O(1) but for the tokens
/// themselves. Memory is bounded by the pool: a node has at least one page, except for the roots of seeds with pins or pages.</para>
/// </summary>
public sealed class PrefixCache : IPrefixCache
{
    /// <summary>Events kept until they are drained, unless the constructor says otherwise.</summary>
    public const int EventsMaxDefault = 4096;

    private readonly PagePool _pool;
    private readonly PageHash _hash;
    private readonly CacheEventLog _log;
    private readonly Dictionary<ulong, PrefixNode> _roots = [];
    private readonly EvictionOrder _order = new();
    private readonly List<PrefixPin> _pins = [];
    private PageKey[] _newKeys = new PageKey[16];
    private TimeSpan _now = TimeSpan.MinValue;

    /// <param name="pool">Where the pages come from; shared with the sequences that compute them.</param>
    /// <param name="pageTokens">Tokens in a page, above 0.</param>
    /// <param name="eventsMax">Events kept until they are drained; 0 if nobody reads them.</param>
    public PrefixCache(PagePool pool, int pageTokens, int eventsMax = EventsMaxDefault)
        : this(pool, pageTokens, eventsMax, PageKeys.Next)
    {
    }

    internal PrefixCache(PagePool pool, int pageTokens, int eventsMax, PageHash hash)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(eventsMax);
        _pool = pool;
        _hash = hash;
        _log = new CacheEventLog(eventsMax);
        PageTokens = pageTokens;
    }

    public int PageTokens { get; }

    public bool KeepsPages => true;

    public int CachedPages { get; private set; }

    public int EvictablePages => _order.Pages;

    public long Version { get; private set; }

    public long LastEvent => _log.Last;

    public bool DumpNeeded => _log.DumpNeeded;

    internal IReadOnlyList<PrefixPin> Pins => _pins;

    internal EvictionOrder Order => _order;

    internal IEnumerable<PrefixNode> Roots => _roots.Values;

    public CachedPrefix Peek(ulong seed, ReadOnlySpan<int> tokens)
    {
        int evictable = 0;
        int matched = 0;
        PrefixNode? node = _roots.GetValueOrDefault(seed);
        ReadOnlySpan<int> left = Matchable(tokens);
        while (node is not null && Follow(node, left) is { } child)
        {
            int common = child.CommonPages(left);
            matched += common;
            if (child.Locks == 0) evictable += common;
            if (common < child.Count) break;
            left = left[(common * PageTokens)..];
            node = child;
        }

        return new CachedPrefix(matched, evictable);
    }

    public int Touch(ulong seed, ReadOnlySpan<int> tokens, TimeSpan now)
    {
        Advance(now);
        PrefixNode? node = _roots.GetValueOrDefault(seed);
        ReadOnlySpan<int> left = Matchable(tokens);
        while (node is not null && Follow(node, left) is { } child)
        {
            node = Head(child, child.CommonPages(left));
            left = left[(node.Count * PageTokens)..];
        }

        if (node is null) return 0;
        int pages = node.PagesBefore + node.Count;
        for (; node is { IsRoot: false, Locks: 0 }; node = node.Parent!)
        {
            _order.Remove(node);
            AddAsYoungest(node);
        }

        return pages;
    }

    public PrefixPin Pin(ulong seed, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now)
    {
        Advance(now);
        if (!_roots.TryGetValue(seed, out PrefixNode? root))
        {
            root = new PrefixNode(seed, PageTokens, parent: null);
            _roots.Add(seed, root);
        }

        var pin = new PrefixPin(seed) { Node = root, Index = _pins.Count };
        _pins.Add(pin);
        root.Locks++;
        ReadOnlySpan<int> left = Matchable(tokens);
        while (Follow(pin.Node, left) is { } child)
        {
            child = Enter(pin, child, child.CommonPages(left));
            child.Pages.CopyTo(pages[child.PagesBefore..]);
            foreach (int page in child.Pages) _pool.AddReference(page);
            left = left[(child.Count * PageTokens)..];
        }

        return pin;
    }

    public void Store(PrefixPin pin, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now)
    {
        Advance(now);
        CheckLive(pin);
        int whole = tokens.Length / PageTokens;
        while (pin.Pages < whole)
        {
            ReadOnlySpan<int> left = tokens[(pin.Pages * PageTokens)..(whole * PageTokens)];
            ulong key = _hash(pin.Node!.LastKey, left[..PageTokens]);
            PrefixNode? child = pin.Node.Child(key);
            if (child is null)
            {
                Append(pin, left, pages[pin.Pages..whole]);
                return;
            }

            int common = child.CommonPages(left);
            if (common == 0) return; // Equal keys, different tokens: the tokens decide.

            // Another sequence computed the same: from here on both read its pages.
            child = Enter(pin, child, common);
            Span<int> own = pages.Slice(child.PagesBefore, child.Count);
            foreach (int page in child.Pages) _pool.AddReference(page);
            foreach (int page in own) _pool.Release(page);
            child.Pages.CopyTo(own);
        }
    }

    public void Unpin(PrefixPin pin, TimeSpan now)
    {
        Advance(now);
        CheckLive(pin);
        PrefixNode node = pin.Node!;
        _pins[^1].Index = pin.Index;
        _pins[pin.Index] = _pins[^1];
        _pins.RemoveAt(_pins.Count - 1);
        pin.Index = -1;
        pin.Node = null;

        // From the end to the beginning: what continues a path is older than what leads to it.
        for (; !node.IsRoot; node = node.Parent!)
        {
            foreach (int page in node.Pages) _pool.Release(page);
            if (--node.Locks == 0) AddAsYoungest(node);
        }

        node.Locks--;
        RemoveRootIfBare(node);
    }

    public int Evict(int pages)
    {
        int freed = 0;
        while (freed < pages && _order.Oldest is { } leaf)
        {
            if (leaf.ChildCount > 0 || leaf.Locks > 0) throw new InvalidOperationException("The oldest unpinned run leads to others or is pinned.");
            int keep = leaf.Count - Math.Min(pages - freed, leaf.Count);
            if (_log.Next()) _log.Keep(CacheEventKind.Evicted, new PageKeyPath().To(leaf), leaf.PagesBefore + keep);
            foreach (int page in leaf.Pages[keep..])
            {
                if (!_pool.Release(page)) throw new InvalidOperationException($"Page {page} is evicted while something refers to it.");
            }

            int gone = leaf.Count - keep;
            freed += gone;
            CachedPages -= gone;
            if (keep > 0)
            {
                leaf.Truncate(keep);
                _order.Shrunk(gone);
            }
            else
            {
                _order.Remove(leaf);
                PrefixNode parent = leaf.Parent!;
                parent.RemoveChild(leaf);
                RemoveRootIfBare(parent);
            }
        }

        if (freed > 0) Version++;
        return freed;
    }

    public void Drain(List<CacheEvent> events) => _log.Drain(events);

    public CacheDump Dump()
    {
        _log.Dumped();
        return new CacheDump(_log.Last, CachePaths.Of(_order, Roots));
    }

    public IReadOnlyList<HotPath> Hottest(int pathsMax, int tokensMax) => HotPrefixSearch.Find(Roots, PageTokens, pathsMax, tokensMax, _now);

    public void CheckIntegrity() => PrefixCacheIntegrity.Check(this, _pool, _hash);

    // The last token is always left to compute.
    private ReadOnlySpan<int> Matchable(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        return tokens[..((tokens.Length - 1) / PageTokens * PageTokens)];
    }

    /// <summary>The child that holds at least the next page of <paramref name="left"/>, if there is one.</summary>
    private PrefixNode? Follow(PrefixNode node, ReadOnlySpan<int> left)
    {
        if (left.IsEmpty || node.ChildCount == 0) return null;
        ReadOnlySpan<int> page = left[..PageTokens];
        return node.Child(_hash(node.LastKey, page)) is { } child && child.Tokens[..PageTokens].SequenceEqual(page) ? child : null;
    }

    /// <summary>Moves a pin from the end of its path over the first <paramref name="count"/> pages of a child, which is split if it has more.</summary>
    private PrefixNode Enter(PrefixPin pin, PrefixNode child, int count)
    {
        child = Head(child, count);
        if (child.Locks++ == 0) _order.Remove(child);
        HotPrefixSearch.Use(child, _now);
        pin.Node = child;
        pin.Pages += child.Count;
        return child;
    }

    /// <summary>The first <paramref name="count"/> pages of a run, split off if it has more.</summary>
    private PrefixNode Head(PrefixNode run, int count)
    {
        if (count == run.Count) return run;
        PrefixNode head = run.SplitAt(count);
        if (run.Locks == 0) _order.AddSplit(head, run);
        return head;
    }

    private void AddAsYoungest(PrefixNode node)
    {
        node.LastUse = _now;
        _order.Add(node);
    }

    private void Append(PrefixPin pin, ReadOnlySpan<int> tokens, ReadOnlySpan<int> pages)
    {
        PrefixNode node = pin.Node!;
        if (_newKeys.Length < pages.Length) _newKeys = new PageKey[Math.Max(pages.Length, 2 * _newKeys.Length)];
        Span<PageKey> keys = _newKeys.AsSpan(0, pages.Length);
        ulong key = node.LastKey;
        for (int i = 0; i < keys.Length; i++)
        {
            key = _hash(key, tokens.Slice(i * PageTokens, PageTokens));
            keys[i] = new PageKey(key);
            _pool.AddReference(pages[i]);
        }

        // A run that only this sequence reads grows in place; any other ends where its other readers' paths end.
        if (node is { IsRoot: false, ChildCount: 0, Locks: 1 })
        {
            node.Append(tokens, pages, keys);
        }
        else
        {
            var child = new PrefixNode(pin.Seed, PageTokens, node) { Locks = 1 };
            child.Append(tokens, pages, keys);
            HotPrefixSearch.Use(child, _now);
            node.AddChild(child);
            node = child;
        }

        int from = pin.Pages;
        pin.Node = node;
        pin.Pages += pages.Length;
        CachedPages += pages.Length;
        Version++;
        if (_log.Next()) _log.Keep(CacheEventKind.Stored, pin.Keys.To(node), from);
    }

    private void RemoveRootIfBare(PrefixNode node)
    {
        if (node is { IsRoot: true, ChildCount: 0, Locks: 0 }) _roots.Remove(node.Seed);
    }

    private void CheckLive(PrefixPin pin)
    {
        if (pin.Node is null || pin.Index < 0 || pin.Index >= _pins.Count || _pins[pin.Index] != pin)
        {
            throw new InvalidOperationException("The pin was given up before, or belongs to another cache.");
        }
    }

    private void Advance(TimeSpan now)
    {
        if (now > _now) _now = now;
    }
}
