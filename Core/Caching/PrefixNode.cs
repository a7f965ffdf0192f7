namespace Preble.Core.Caching;

/// <summary>
/// A run of pages in a <see cref="PrefixCache"/>: what all paths through it share before they part. The root of a seed is a node without pages.
/// </summary>
internal sealed class PrefixNode
{
    private readonly int _pageTokens;
    private int[] _tokens = [];
    private int[] _pages = [];
    private PageKey[] _keys = [];
    private Dictionary<ulong, PrefixNode>? _children;

    public PrefixNode(ulong seed, int pageTokens, PrefixNode? parent)
    {
        Seed = seed;
        _pageTokens = pageTokens;
        Parent = parent;
        PagesBefore = parent is null ? 0 : parent.PagesBefore + parent.Count;
    }

    public ulong Seed { get; }

    public PrefixNode? Parent { get; private set; }

    public bool IsRoot => Parent is null;

    /// <summary>Pages from the root to this node, its own not included.</summary>
    public int PagesBefore { get; private set; }

    /// <summary>Its own pages.</summary>
    public int Count { get; private set; }

    /// <summary>Pins whose path includes the node.</summary>
    public int Locks { get; set; }

    /// <summary>When the last pin was given up, or it was last touched.</summary>
    public TimeSpan LastUse { get; set; }

    /// <summary>How much it is used, as of <see cref="HeatAt"/>: see <see cref="HotPrefixSearch"/>.</summary>
    public double Heat { get; set; }

    public TimeSpan HeatAt { get; set; }

    /// <summary>Neighbours in the order of eviction, and whether the node is in it.</summary>
    public PrefixNode? Older { get; set; }

    public PrefixNode? Younger { get; set; }

    public bool IsListed { get; set; }

    /// <summary>[Count * pageTokens]</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count * _pageTokens);

    /// <summary>[Count]</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, Count);

    /// <summary>[Count]</summary>
    public ReadOnlySpan<PageKey> Keys => _keys.AsSpan(0, Count);

    /// <summary>The key that the next page's key is chained to.</summary>
    public ulong LastKey => Count == 0 ? Seed : _keys[Count - 1].Value;

    public int ChildCount => _children?.Count ?? 0;

    public IEnumerable<PrefixNode> Children => _children is null ? [] : _children.Values;

    public PrefixNode? Child(ulong firstKey) => _children?.GetValueOrDefault(firstKey);

    public void AddChild(PrefixNode child) => (_children ??= []).Add(child._keys[0].Value, child);

    public void RemoveChild(PrefixNode child)
    {
        if (_children is null || !_children.Remove(child._keys[0].Value)) throw new InvalidOperationException("A cached run is not among its parent's children.");
        if (_children.Count == 0) _children = null;
    }

    /// <summary>How many of its leading pages hold the tokens at the start of <paramref name="tokens"/>.</summary>
    public int CommonPages(ReadOnlySpan<int> tokens) => Tokens.CommonPrefixLength(tokens) / _pageTokens;

    /// <summary>Adds pages at the end.</summary>
    public void Append(ReadOnlySpan<int> tokens, ReadOnlySpan<int> pages, ReadOnlySpan<PageKey> keys)
    {
        int count = Count + pages.Length;
        if (_pages.Length < count)
        {
            // The first run has its exact size, most are never lengthened; one that is doubles.
            int room = Count == 0 ? count : Math.Max(count, 2 * _pages.Length);
            Array.Resize(ref _tokens, room * _pageTokens);
            Array.Resize(ref _pages, room);
            Array.Resize(ref _keys, room);
        }

        tokens.CopyTo(_tokens.AsSpan(Count * _pageTokens));
        pages.CopyTo(_pages.AsSpan(Count));
        keys.CopyTo(_keys.AsSpan(Count));
        Count = count;
    }

    /// <summary>Drops the last pages.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>
    /// Parts the run after its first <paramref name="count"/> pages. A new node takes these and this node's place under the parent; this node keeps
    /// the rest, its children and thereby every pin that ends with it.
    /// </summary>
    /// <returns>The new node, with the same locks and time of use, not listed.</returns>
    public PrefixNode SplitAt(int count)
    {
        PrefixNode parent = Parent!;
        var upper = new PrefixNode(Seed, _pageTokens, parent) { Locks = Locks, LastUse = LastUse, Heat = Heat, HeatAt = HeatAt };
        upper.Append(Tokens[..(count * _pageTokens)], Pages[..count], Keys[..count]);
        parent.RemoveChild(this);
        parent.AddChild(upper);

        _tokens = Tokens[(count * _pageTokens)..].ToArray();
        _pages = Pages[count..].ToArray();
        _keys = Keys[count..].ToArray();
        Count -= count;
        PagesBefore += count;
        Parent = upper;
        upper.AddChild(this);
        return upper;
    }
}
