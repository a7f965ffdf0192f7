namespace Preble.Core.Placement;

/// <summary>
/// All holder records of a tree, each in the list of its node and in its worker's order of last use, and found by the pair of both. The list of a
/// worker is the reverse index: what it holds is found without walking the tree.
/// </summary>
internal sealed class Holders(TreeNodes nodes)
{
    private readonly Slab<Holder> _records = new();
    private readonly HashIndex _index = new();

    /// <summary>Records of all workers.</summary>
    public int Count => _records.Count;

    public int IndexedCount => _index.Count;

    public ref Holder this[int holder] => ref _records[holder];

    /// <summary>The record of a worker at a node, or -1.</summary>
    public int Find(int node, WorkerHoldings worker)
    {
        int probe = -1;
        return _index.Find(Hash(node, worker.Slot), ref probe);
    }

    /// <summary>The record of a worker at a node, new and most recently used if there was none.</summary>
    public int Ensure(int node, WorkerHoldings worker)
    {
        int holder = Find(node, worker);
        return holder >= 0 ? holder : Add(node, worker, worker.Hottest);
    }

    /// <summary>Adds a record that is used just after <paramref name="colder"/> in its worker's order.</summary>
    public int Add(int node, WorkerHoldings worker, int colder)
    {
        int holder = _records.Allocate();
        ref Holder it = ref _records[holder];
        ref int first = ref nodes[node].FirstHolder;
        it = new Holder { Node = node, Worker = worker.Slot, FirstPromise = -1, NextInNode = first, PreviousInNode = -1 };
        if (first >= 0)
        {
            _records[first].PreviousInNode = holder;
        }

        first = holder;
        LinkHotter(holder, colder, worker);
        _index.Add(Hash(node, worker.Slot), holder);
        worker.Records++;
        return holder;
    }

    /// <summary>Removes a record that holds and promises nothing.</summary>
    public void Remove(int holder, WorkerHoldings worker)
    {
        ref Holder it = ref _records[holder];
        Invariant.Holds(it.Resident == 0 && it.Promises == 0 && it.FirstPromise < 0, "only an empty record is removed");
        Invalidate(holder, worker);
        if (it.PreviousInNode >= 0)
        {
            _records[it.PreviousInNode].NextInNode = it.NextInNode;
        }
        else
        {
            nodes[it.Node].FirstHolder = it.NextInNode;
        }

        if (it.NextInNode >= 0)
        {
            _records[it.NextInNode].PreviousInNode = it.PreviousInNode;
        }

        Unlink(holder, worker);
        _index.Remove(Hash(it.Node, it.Worker), holder);
        worker.Records--;
        _records.Free(holder);
    }

    /// <summary>Makes a record its worker's most recently used one.</summary>
    public void Touch(int holder, WorkerHoldings worker)
    {
        Invalidate(holder, worker);
        if (worker.Hottest != holder)
        {
            Unlink(holder, worker);
            LinkHotter(holder, worker.Hottest, worker);
        }
    }

    /// <summary>Sets how many leading pages of its node a worker holds.</summary>
    public void SetResident(int holder, int pages, WorkerHoldings worker)
    {
        ref Holder it = ref _records[holder];
        if (it.Resident == pages)
        {
            return;
        }

        Invalidate(holder, worker);
        int parent = nodes[it.Node].Parent;
        if (parent != TreeNodes.Root && (it.Resident == 0) != (pages == 0))
        {
            _records[Find(parent, worker)].ResidentChildren += pages == 0 ? -1 : 1;
        }

        worker.ResidentPages += pages - it.Resident;
        it.Resident = pages;
    }

    /// <summary>Must be called before anything changes that <see cref="VictimSums"/> has read of a record.</summary>
    public void Invalidate(int holder, WorkerHoldings worker)
    {
        if (_records[holder].InVictimSums)
        {
            worker.Victims.Clear(this, worker);
        }
    }

    private static ulong Hash(int node, int slot) => ((ulong)(uint)node << 32) | (uint)slot;

    private void LinkHotter(int holder, int colder, WorkerHoldings worker)
    {
        ref Holder it = ref _records[holder];
        int hotter = colder >= 0 ? _records[colder].Hotter : worker.Coldest;
        it.Colder = colder;
        it.Hotter = hotter;
        if (colder >= 0)
        {
            _records[colder].Hotter = holder;
        }
        else
        {
            worker.Coldest = holder;
        }

        if (hotter >= 0)
        {
            _records[hotter].Colder = holder;
        }
        else
        {
            worker.Hottest = holder;
        }
    }

    private void Unlink(int holder, WorkerHoldings worker)
    {
        ref Holder it = ref _records[holder];
        if (it.Colder >= 0)
        {
            _records[it.Colder].Hotter = it.Hotter;
        }
        else
        {
            worker.Coldest = it.Hotter;
        }

        if (it.Hotter >= 0)
        {
            _records[it.Hotter].Colder = it.Colder;
        }
        else
        {
            worker.Hottest = it.Colder;
        }
    }
}
