namespace Preble.Core.Caching;

/// <summary>Gathers the paths of a dump, each told from where it leaves those before it.</summary>
internal sealed class CachePaths
{
    private readonly List<CachePath> _paths = [];

    /// <summary>The first path through each node.</summary>
    private readonly Dictionary<PrefixNode, int> _through = [];

    public IReadOnlyList<CachePath> Paths => _paths;

    /// <summary>Adds the path that ends with <paramref name="leaf"/>, which no path before does.</summary>
    public void AddTo(PrefixNode leaf)
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
