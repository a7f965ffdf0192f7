namespace Preble.Core.Placement;

/// <summary>
/// The shape of the prefix tree: nodes, their keys, parents and children, and the order of last use. Whoever uses a path touches it from its end to
/// the root, and a node never comes before its own child; so the coldest node is always a leaf.
/// </summary>
internal sealed class TreeNodes
{
    public const int Root = 0;

    private readonly Slab<TreeNode> _nodes = new();
    private readonly HashIndex _children = new();

    public TreeNodes()
    {
        int root = _nodes.Allocate();
        Invariant.Holds(root == Root, "the root comes first");
        _nodes[root] = Blank(parent: -1);
    }

    public KeyRuns Keys { get; } = new();

    /// <summary>Nodes without the root.</summary>
    public int Count => _nodes.Count - 1;

    /// <summary>Pages of all nodes.</summary>
    public int Pages { get; private set; }

    /// <summary>The node that was used longest ago, or -1 in an empty tree.</summary>
    public int Coldest { get; private set; } = -1;

    public int Hottest { get; private set; } = -1;

    public int IndexedCount => _children.Count;

    public ref TreeNode this[int node] => ref _nodes[node];

    /// <summary>Leading pages of a path that stand in the tree, whoever holds them.</summary>
    public int KnownPages(ReadOnlySpan<PageKey> path)
    {
        int at = 0;
        for (int parent = Root; at < path.Length && FindChild(parent, path[at]) is var node and >= 0; parent = node)
        {
            int common = Keys.CommonLength(_nodes[node].Run, path[at..]);
            at += common;
            if (common < _nodes[node].Length)
            {
                break;
            }
        }

        return at;
    }

    /// <summary>The child of <paramref name="parent"/> that begins with <paramref name="key"/>, or -1.</summary>
    public int FindChild(int parent, PageKey key)
    {
        ulong hash = Hash(parent, key);
        int probe = -1;
        int node = _children.Find(hash, ref probe);
        while (node >= 0 && (_nodes[node].Parent != parent || _nodes[node].FirstKey != key))
        {
            node = _children.Find(hash, ref probe);
        }

        return node;
    }

    /// <summary>Whether another path than one goes on behind so many pages of a node.</summary>
    /// <param name="node">On that one's way.</param>
    /// <param name="pages">Pages of the node that it has.</param>
    /// <param name="rest">How it goes on. [pages]</param>
    public bool IsParting(int node, int pages, ReadOnlySpan<PageKey> rest)
    {
        int child = _nodes[node].FirstChild;
        return pages < _nodes[node].Length || (child >= 0 && (_nodes[child].NextSibling >= 0 || rest.IsEmpty || rest[0] != _nodes[child].FirstKey));
    }

    /// <summary>Adds a leaf as the most recently used node; <paramref name="parent"/> must have no child that begins with the same key.</summary>
    public int AddLeaf(int parent, ReadOnlySpan<PageKey> keys)
    {
        int node = _nodes.Allocate();
        ref TreeNode it = ref _nodes[node];
        it = Blank(parent);
        it.Run = Keys.Create(keys);
        it.FirstKey = keys[0];
        it.Start = _nodes[parent].Start + _nodes[parent].Length;
        LinkSibling(node);
        _children.Add(Hash(parent, keys[0]), node);
        LinkHotter(node, Hottest);
        Pages += keys.Length;
        return node;
    }

    /// <summary>
    /// Cuts a node so that its first <paramref name="pages"/> pages become a new node above it, used as recently. Keeping the old index for the lower
    /// part leaves its children alone.
    /// </summary>
    /// <returns>The new upper node, which has no holders yet.</returns>
    public int Split(int lower, int pages)
    {
        int upper = _nodes.Allocate();
        ref TreeNode above = ref _nodes[upper];
        ref TreeNode below = ref _nodes[lower];
        above = Blank(below.Parent);
        _children.Remove(Hash(below.Parent, below.FirstKey), lower);
        UnlinkSibling(lower);

        above.Run = Keys.SplitHead(ref below.Run, pages);
        above.FirstKey = below.FirstKey;
        above.Start = below.Start;
        LinkSibling(upper);
        _children.Add(Hash(above.Parent, above.FirstKey), upper);

        below.Parent = upper;
        below.FirstKey = Keys.KeyAt(below.Run, 0);
        below.Start += pages;
        LinkSibling(lower);
        _children.Add(Hash(upper, below.FirstKey), lower);
        LinkHotter(upper, lower);
        return upper;
    }

    /// <summary>Lengthens a leaf.</summary>
    public void Extend(int leaf, ReadOnlySpan<PageKey> keys)
    {
        Invariant.Holds(leaf != Root && _nodes[leaf].FirstChild < 0, "only leaves are extended");
        Keys.Append(ref _nodes[leaf].Run, keys);
        Pages += keys.Length;
    }

    /// <summary>Shortens a leaf to its first <paramref name="pages"/> pages, at least one.</summary>
    public void Trim(int leaf, int pages)
    {
        Invariant.Holds(_nodes[leaf].FirstChild < 0, "only leaves are trimmed");
        Pages -= _nodes[leaf].Length - pages;
        Keys.Trim(ref _nodes[leaf].Run, pages);
    }

    /// <summary>Removes a leaf that has no holders.</summary>
    public void Remove(int leaf)
    {
        ref TreeNode it = ref _nodes[leaf];
        Invariant.Holds(leaf != Root && it.FirstChild < 0 && it.FirstHolder < 0, "only a leaf without holders is removed");
        _children.Remove(Hash(it.Parent, it.FirstKey), leaf);
        UnlinkSibling(leaf);
        UnlinkUse(leaf);
        Pages -= it.Length;
        Keys.Free(it.Run);
        _nodes.Free(leaf);
    }

    /// <summary>Makes a node the most recently used one.</summary>
    public void Touch(int node)
    {
        if (Hottest != node)
        {
            UnlinkUse(node);
            LinkHotter(node, Hottest);
        }
    }

    private static TreeNode Blank(int parent) => new()
    {
        Run = new KeyRun { Chunk = -1 },
        Parent = parent,
        FirstChild = -1,
        NextSibling = -1,
        PreviousSibling = -1,
        Colder = -1,
        Hotter = -1,
        FirstHolder = -1,
    };

    private static ulong Hash(int parent, PageKey key) => key.Value ^ ((ulong)(uint)parent * 0xD6E8FEB86659FD93);

    private void LinkSibling(int node)
    {
        ref TreeNode it = ref _nodes[node];
        ref TreeNode parent = ref _nodes[it.Parent];
        it.NextSibling = parent.FirstChild;
        it.PreviousSibling = -1;
        if (parent.FirstChild >= 0)
        {
            _nodes[parent.FirstChild].PreviousSibling = node;
        }

        parent.FirstChild = node;
    }

    private void UnlinkSibling(int node)
    {
        ref TreeNode it = ref _nodes[node];
        if (it.PreviousSibling >= 0)
        {
            _nodes[it.PreviousSibling].NextSibling = it.NextSibling;
        }
        else
        {
            _nodes[it.Parent].FirstChild = it.NextSibling;
        }

        if (it.NextSibling >= 0)
        {
            _nodes[it.NextSibling].PreviousSibling = it.PreviousSibling;
        }
    }

    private void LinkHotter(int node, int colder)
    {
        ref TreeNode it = ref _nodes[node];
        int hotter = colder >= 0 ? _nodes[colder].Hotter : Coldest;
        it.Colder = colder;
        it.Hotter = hotter;
        if (colder >= 0)
        {
            _nodes[colder].Hotter = node;
        }
        else
        {
            Coldest = node;
        }

        if (hotter >= 0)
        {
            _nodes[hotter].Colder = node;
        }
        else
        {
            Hottest = node;
        }
    }

    private void UnlinkUse(int node)
    {
        ref TreeNode it = ref _nodes[node];
        if (it.Colder >= 0)
        {
            _nodes[it.Colder].Hotter = it.Hotter;
        }
        else
        {
            Coldest = it.Hotter;
        }

        if (it.Hotter >= 0)
        {
            _nodes[it.Hotter].Colder = it.Colder;
        }
        else
        {
            Hottest = it.Colder;
        }
    }
}
