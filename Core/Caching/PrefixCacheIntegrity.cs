namespace Preble.Core.Caching;

/// <summary>Recomputes what a <see cref="PrefixCache"/> believes.</summary>
internal static class PrefixCacheIntegrity
{
    /// <summary>Throws <see cref="InvalidOperationException"/> for the first thing that is wrong.</summary>
    public static void Check(PrefixCache cache, PagePool pool, PageHash hash)
    {
        Dictionary<PrefixNode, int> locks = CountLocks(cache);
        var seen = new HashSet<int>();
        var unlocked = new HashSet<PrefixNode>();
        int cached = 0;
        int evictable = 0;
        var open = new Stack<PrefixNode>(cache.Roots);
        while (open.TryPop(out PrefixNode? node))
        {
            Require(node.Locks == locks.GetValueOrDefault(node), "A run's locks differ from the pins through it.");
            CheckRun(node, cache.PageTokens, hash);
            foreach (PrefixNode child in node.Children)
            {
                Require(child.Parent == node, "A child has another parent.");
                Require(child.PagesBefore == node.PagesBefore + node.Count, "A run does not start where its parent ends.");
                Require(node.IsRoot || node.Locks >= child.Locks, "A run is pinned more often than what leads to it.");
                Require(node.Child(child.Keys[0].Value) == child, "A child stands under another key than that of its first page.");
                open.Push(child);
            }

            foreach (int page in node.Pages)
            {
                Require(seen.Add(page), "A page is cached twice.");
                Require(pool.References(page) == node.Locks + 1, "A cached page's references differ from its run's locks and the cache's own.");
            }

            cached += node.Count;
            if (node.IsRoot)
            {
                Require(node.ChildCount > 0 || node.Locks > 0, "A root without pages or pins was kept.");
            }
            else if (node.Locks == 0)
            {
                unlocked.Add(node);
                evictable += node.Count;
            }

            Require(node.IsListed == (node is { IsRoot: false, Locks: 0 }), "Not exactly the unpinned runs can be evicted.");
        }

        Require(cached == cache.CachedPages, "The count of cached pages is wrong.");
        Require(evictable == cache.EvictablePages, "The count of evictable pages is wrong.");
        CheckOrder(cache.Order, unlocked);
    }

    private static Dictionary<PrefixNode, int> CountLocks(PrefixCache cache)
    {
        var locks = new Dictionary<PrefixNode, int>();
        for (int i = 0; i < cache.Pins.Count; i++)
        {
            PrefixPin pin = cache.Pins[i];
            Require(pin.Index == i, "A pin stands at another place than it says.");
            PrefixNode? node = pin.Node;
            Require(node is not null && pin.Pages == node.PagesBefore + node.Count, "A pin's length differs from its path.");
            for (; node is not null; node = node.Parent) locks[node] = locks.GetValueOrDefault(node) + 1;
        }

        return locks;
    }

    private static void CheckRun(PrefixNode node, int pageTokens, PageHash hash)
    {
        Require(node.IsRoot == (node.Count == 0), "Not exactly the roots are without pages.");
        ulong key = node.IsRoot ? node.Seed : node.Parent!.LastKey;
        for (int i = 0; i < node.Count; i++)
        {
            key = hash(key, node.Tokens.Slice(i * pageTokens, pageTokens));
            Require(node.Keys[i].Value == key, "A page's key does not follow from its tokens.");
        }
    }

    private static void CheckOrder(EvictionOrder order, HashSet<PrefixNode> unlocked)
    {
        var passed = new HashSet<PrefixNode>();
        PrefixNode? older = null;
        foreach (PrefixNode node in order.Nodes())
        {
            Require(unlocked.Contains(node) && passed.Add(node), "A run is in the order of eviction twice, or is pinned or gone.");
            Require(node.Older == older, "The order of eviction reads differently backwards.");
            Require(older is null || older.LastUse <= node.LastUse, "A run used later would be evicted earlier.");
            foreach (PrefixNode child in node.Children) Require(passed.Contains(child), "A run would be evicted before what continues it.");
            older = node;
        }

        Require(passed.Count == unlocked.Count, "An unpinned run is missing from the order of eviction.");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
