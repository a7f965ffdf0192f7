namespace Preble.Core.Placement;

/// <summary>
/// Nodes, holders, workers and promises of a prefix tree with the operations that change several of them at once and leave them agreeing: cutting a
/// node, using a path, giving pages up, ending a promise, forgetting what nobody holds.
/// </summary>
internal sealed class HeldTree
{
    private readonly List<int> _behind = [];

    public HeldTree()
    {
        Holders = new Holders(Nodes);
        Promises = new PendingPromises(Holders);
    }

    public TreeNodes Nodes { get; } = new();

    public Holders Holders { get; }

    public WorkerSlots Slots { get; } = new();

    public PendingPromises Promises { get; }

    /// <summary>
    /// The worker whose dump is being read, or null. Its records stay although they hold nothing, so that every node that must be looked at again
    /// afterwards has one.
    /// </summary>
    public WorkerHoldings? Replacing { get; set; }

    /// <summary>The nodes of the path that was walked or inserted last, from the root's child down.</summary>
    public List<int> Path { get; } = [];

    /// <summary>Fills <see cref="Path"/> with the nodes of a path, made where they are missing and cut where it leaves one.</summary>
    /// <param name="keys">The path. [pages]</param>
    /// <param name="cutAtEnd">Whether to cut the last node too where the path ends inside it.</param>
    /// <param name="extendFor">
    /// A worker whose own leaf may be lengthened instead of getting a child, so that pages stored one by one while a sequence grows do not become a
    /// node each.
    /// </param>
    public void Insert(ReadOnlySpan<PageKey> keys, bool cutAtEnd, WorkerHoldings? extendFor)
    {
        Path.Clear();
        int at = 0;
        for (int parent = TreeNodes.Root; at < keys.Length;)
        {
            int node = Nodes.FindChild(parent, keys[at]);
            if (node < 0)
            {
                if (extendFor is not null && IsOwnLeaf(parent, extendFor))
                {
                    Nodes.Extend(parent, keys[at..]);
                }
                else
                {
                    Path.Add(Nodes.AddLeaf(parent, keys[at..]));
                }

                return;
            }

            int common = Nodes.Keys.CommonLength(Nodes[node].Run, keys[at..]);
            if (common < Nodes[node].Length && (cutAtEnd || at + common < keys.Length))
            {
                node = Split(node, common);
            }

            Path.Add(node);
            at += common;
            parent = node;
        }
    }

    /// <summary>Makes the nodes of <see cref="Path"/> the most recently used ones, the root's child last.</summary>
    public void Touch(WorkerHoldings worker)
    {
        for (int depth = Path.Count - 1; depth >= 0; depth--)
        {
            Nodes.Touch(Path[depth]);
            Holders.Touch(Holders.Find(Path[depth], worker), worker);
        }
    }

    /// <summary>A worker holds no page of a node from index <paramref name="keep"/> on, nor any behind the node.</summary>
    /// <returns>Those of them that requests on their way to it were promised. [pages]</returns>
    public int EvictFrom(int node, int keep, WorkerHoldings worker)
    {
        int holder = Holders.Find(node, worker);
        if (holder < 0 || Holders[holder].Resident <= keep)
        {
            return 0;
        }

        // Parents come before their children, so going backwards each is empty when its parent's turn comes.
        _behind.Clear();
        CollectResidentChildren(node, holder, worker);
        for (int i = 0; i < _behind.Count; i++)
        {
            CollectResidentChildren(_behind[i], Holders.Find(_behind[i], worker), worker);
        }

        int awaited = 0;
        for (int i = _behind.Count - 1; i >= 0; i--)
        {
            awaited += Drop(Holders.Find(_behind[i], worker), 0, worker);
            PruneNode(_behind[i]);
        }

        awaited += Drop(holder, keep, worker);
        Prune(node);
        return awaited;
    }

    public void EndPromise(int promise, bool prune)
    {
        int end = Holders[Promises[promise].Holder].Node;
        WorkerHoldings worker = Slots.Of(Holders[Promises[promise].Holder]);
        Promises.Remove(promise);
        for (int node = end; node != TreeNodes.Root; node = Nodes[node].Parent)
        {
            int holder = Holders.Find(node, worker);
            Holders.Invalidate(holder, worker);
            Holders[holder].Promises--;
            RemoveIfEmpty(holder, worker);
        }

        if (prune)
        {
            Prune(end);
        }
    }

    /// <summary>Forgets the end of a leaf, or all of it if it is promised.</summary>
    /// <param name="leaf">A leaf.</param>
    /// <param name="keep">Pages to keep.</param>
    public void ForgetLeaf(int leaf, int keep)
    {
        for (int next = Nodes[leaf].FirstHolder; next >= 0; next = Holders[next].NextInNode)
        {
            keep = Holders[next].Promises > 0 ? 0 : keep;
        }

        int parent = Nodes[leaf].Parent;
        if (keep > 0)
        {
            for (int next = Nodes[leaf].FirstHolder; next >= 0; next = Holders[next].NextInNode)
            {
                Holders.SetResident(next, Math.Min(keep, Holders[next].Resident), Slots.Of(Holders[next]));
            }

            PruneNode(leaf);
            return;
        }

        while (Nodes[leaf].FirstHolder is var holder and >= 0)
        {
            if (Holders[holder].FirstPromise is var promise and >= 0)
            {
                EndPromise(promise, prune: false);
                continue;
            }

            WorkerHoldings worker = Slots.Of(Holders[holder]);
            Holders.SetResident(holder, 0, worker);
            Holders.Remove(holder, worker);
        }

        Nodes.Remove(leaf);
        Prune(parent);
    }

    /// <summary>Forgets the least recently used leaves, end first, until there are no more pages and records than allowed.</summary>
    public void EnforceBounds(int pagesMax, int holdersMax)
    {
        while (Nodes.Pages > pagesMax || Holders.Count > holdersMax)
        {
            int coldest = Nodes.Coldest;
            int keep = Holders.Count > holdersMax ? 0 : Nodes[coldest].Length - (Nodes.Pages - pagesMax);
            ForgetLeaf(coldest, Math.Max(0, keep));
        }
    }

    /// <summary>Multiplies all counts of use.</summary>
    public void Rescale(double factor)
    {
        for (int slot = 0; slot < Slots.End; slot++)
        {
            if (Slots[slot] is not { } worker)
            {
                continue;
            }

            worker.Victims.Clear(Holders, worker);
            worker.Uses *= factor;
            for (int holder = worker.Coldest; holder >= 0; holder = Holders[holder].Hotter)
            {
                Holders[holder].Uses *= factor;
            }
        }
    }

    public void RemoveIfEmpty(int holder, WorkerHoldings worker)
    {
        if (Holders[holder].Resident == 0 && Holders[holder].Promises == 0)
        {
            Holders.Remove(holder, worker);
        }
    }

    /// <summary>Forgets the pages at the end of a leaf that nobody holds, and the same above it as long as whole nodes go.</summary>
    public void Prune(int node)
    {
        while (node != TreeNodes.Root)
        {
            int parent = Nodes[node].Parent;
            if (!PruneNode(node))
            {
                break;
            }

            node = parent;
        }
    }

    /// <returns>Whether the node has gone.</returns>
    public bool PruneNode(int node)
    {
        if (Nodes[node].FirstChild >= 0)
        {
            return false;
        }

        int reach = 0;
        for (int next = Nodes[node].FirstHolder; next >= 0 && reach < Nodes[node].Length; next = Holders[next].NextInNode)
        {
            reach = Math.Max(reach, Holders[next].Promises > 0 ? Nodes[node].Length : Holders[next].Resident);
        }

        if (reach > 0)
        {
            Nodes.Trim(node, reach);
            return false;
        }

        Nodes.Remove(node);
        return true;
    }

    /// <returns>The dropped pages if they are promised, else 0. [pages]</returns>
    private int Drop(int holder, int keep, WorkerHoldings worker)
    {
        int awaited = Holders[holder].Promises > 0 ? Holders[holder].Resident - keep : 0;
        Holders.SetResident(holder, keep, worker);
        RemoveIfEmpty(holder, worker);
        return awaited;
    }

    private int Split(int lower, int pages)
    {
        int upper = Nodes.Split(lower, pages);
        for (int next = Nodes[lower].FirstHolder; next >= 0;)
        {
            int holder = next;
            ref Holder below = ref Holders[holder];
            next = below.NextInNode;
            WorkerHoldings worker = Slots.Of(below);
            Holders.Invalidate(holder, worker);
            ref Holder above = ref Holders[Holders.Add(upper, worker, colder: holder)];
            above.Resident = Math.Min(below.Resident, pages);
            above.ResidentChildren = below.Resident > pages ? 1 : 0;
            above.Promises = below.Promises;
            above.Uses = below.Uses;
            below.Resident -= above.Resident;
            if (worker != Replacing)
            {
                RemoveIfEmpty(holder, worker);
            }
        }

        return upper;
    }

    private bool IsOwnLeaf(int node, WorkerHoldings worker)
    {
        if (node == TreeNodes.Root || Nodes[node].FirstChild >= 0)
        {
            return false;
        }

        ref Holder first = ref Holders[Nodes[node].FirstHolder];
        return first.NextInNode < 0 && first.Worker == worker.Slot && first.Promises == 0;
    }

    private void CollectResidentChildren(int node, int holder, WorkerHoldings worker)
    {
        int left = Holders[holder].ResidentChildren;
        for (int child = Nodes[node].FirstChild; left > 0; child = Nodes[child].NextSibling)
        {
            if (Holders.Find(child, worker) is var below and >= 0 && Holders[below].Resident > 0)
            {
                _behind.Add(child);
                left--;
            }
        }
    }
}
