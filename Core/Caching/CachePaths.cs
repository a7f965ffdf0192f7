namespace Preble.Core.Caching;

/// <summary>The paths of a dump, each told from where it leaves those before it.</summary>
internal sealed class CachePaths
{
    private readonly List<CachePath> _paths = [];

    /// <summary>The first path through each node.</summary>
    private readonly Dictionary<PrefixNode, int> _through = [];

    /// <summary>All paths of a cache, the least recently used first.</summary>
    public static IReadOnlyList<CachePath> Of(EvictionOrder order, IEnumerable<PrefixNode> roots)
    {
        var paths = new CachePaths();
        foreach (PrefixNode node in order.Nodes())
        {
            if (node.ChildCount == 0) paths.AddTo(node);
        }

        // What is pinned is in use now, so it comes last.
        var open = new Stack<PrefixNode>(roots);
        while (open.TryPop(out PrefixNode? node))
        {
            foreach (PrefixNode child in node.Children) open.Push(child);
            if (node is { IsRoot: false, ChildCount: 0, IsListed: false }) paths.AddTo(node);
        }

        return paths._paths;
    }

    /// <summary>Adds the path that ends with <paramref name="leaf"/>, which no path before does.</summary>
    private void AddTo(PrefixNode leaf)
    {
        int first = 0;
        PrefixNode known = leaf;
        while (!known.IsRoot && !_through.TryGetValue(known, out first))
        {
            _through.Add(known, _paths.Count);
            known = known.Parent!;
        }

        int shared = known.PagesBefore + known.Count;
        var keys = new PageKey[leaf.PagesBefore + leaf.Count - shared];
        for (PrefixNode node = leaf; node != known; node = node.Parent!) node.Keys.CopyTo(keys.AsSpan(node.PagesBefore - shared));
        _paths.Add(new CachePath(first, shared, keys));
    }
}
