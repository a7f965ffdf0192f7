namespace Preble.Core.Caching;

/// <summary>
/// The unpinned nodes from the least to the most recently used, as a list through the nodes themselves: every operation is O(1).
/// <para>A path is added from its end to its beginning, so that a node always stands behind (is younger than) all nodes that continue it. Hence the
/// oldest node is always a leaf, and no search for leaves is needed.</para>
/// </summary>
internal sealed class EvictionOrder
{
    private PrefixNode? _youngest;

    public PrefixNode? Oldest { get; private set; }

    /// <summary>Pages of all nodes in the order.</summary>
    public int Pages { get; private set; }

    /// <summary>Adds a node as the most recently used.</summary>
    public void Add(PrefixNode node)
    {
        Insert(node, _youngest);
        Pages += node.Count;
    }

    public void Remove(PrefixNode node)
    {
        if (!node.IsListed) throw new InvalidOperationException("A cached run is not in the order of eviction.");
        if (node.Older is null) Oldest = node.Younger;
        else node.Older.Younger = node.Younger;
        if (node.Younger is null) _youngest = node.Older;
        else node.Younger.Older = node.Older;
        node.Older = node.Younger = null;
        node.IsListed = false;
        Pages -= node.Count;
    }

    /// <summary>Puts the upper part of a split node directly behind the rest, whose pages it took.</summary>
    public void AddSplit(PrefixNode upper, PrefixNode rest) => Insert(upper, rest);

    /// <summary>Notes that a listed node lost pages.</summary>
    public void Shrunk(int pages) => Pages -= pages;

    /// <summary>The nodes from the oldest on.</summary>
    public IEnumerable<PrefixNode> Nodes()
    {
        for (PrefixNode? node = Oldest; node is not null; node = node.Younger) yield return node;
    }

    private void Insert(PrefixNode node, PrefixNode? older)
    {
        if (node.IsListed) throw new InvalidOperationException("A cached run is in the order of eviction already.");
        PrefixNode? younger = older is null ? Oldest : older.Younger;
        node.Older = older;
        node.Younger = younger;
        if (older is null) Oldest = node;
        else older.Younger = node;
        if (younger is null) _youngest = node;
        else younger.Older = node;
        node.IsListed = true;
    }
}
