namespace Preble.Core.Placement;

/// <summary>Recomputes everything that a prefix tree keeps and compares.</summary>
internal static class PrefixTreeIntegrity
{
    private const double Rounding = 1e-9;

    public static void Check(HeldTree tree, PrefixTreeOptions options)
    {
        Dictionary<int, int> nodeRanks = CheckNodes(tree);
        var endings = new Dictionary<int, int>();
        CheckPromises(tree, options, endings);
        int records = 0;
        for (int slot = 0; slot < tree.Slots.End; slot++)
        {
            if (tree.Slots[slot] is { } worker)
            {
                Invariant.Holds(tree.Slots.TryFind(worker.Id, out WorkerHoldings? found) && found == worker, "a worker is found by its name");
                CheckWorker(tree, worker, endings);
                records += worker.Records;
            }
        }

        Invariant.Holds(endings.Values.Sum() == tree.Promises.Count, "every promise ends at a record of a worker");
        int inNodes = nodeRanks.Keys.Sum(node => CheckHoldersOf(tree, node));
        Invariant.Holds(records == tree.Holders.Count && records == inNodes, "records are counted once everywhere");
        Invariant.Holds(records == tree.Holders.IndexedCount, "every record is in the index");
        Invariant.Holds(tree.Nodes.Pages <= options.PagesMax && records <= options.HoldersMax, "the tree stays within its bounds");
        Invariant.Holds(tree.Slots.Count <= options.WorkersMax, "workers stay within their bound");
        Invariant.Holds(tree.Promises.Count <= options.PromisesMax, "promises stay within their bound");
    }

    private static Dictionary<int, int> CheckNodes(HeldTree tree)
    {
        TreeNodes nodes = tree.Nodes;
        var ranks = new Dictionary<int, int>();
        int previous = -1;
        for (int node = nodes.Coldest; node >= 0; node = nodes[node].Hotter)
        {
            Invariant.Holds(nodes[node].Colder == previous, "the order of use is linked both ways");
            Invariant.Holds(ranks.TryAdd(node, ranks.Count), "a node stands in the order of use once");
            previous = node;
        }

        Invariant.Holds(previous == nodes.Hottest, "the order of use ends at the hottest node");
        int pages = 0;
        int chunks = 0;
        int children = CheckChildren(nodes, TreeNodes.Root);
        foreach ((int node, int rank) in ranks)
        {
            ref readonly TreeNode it = ref nodes[node];
            Invariant.Holds(it.Length > 0 && it.Start == nodes[it.Parent].Start + nodes[it.Parent].Length, "a node starts where its parent ends");
            Invariant.Holds(nodes.Keys.KeyAt(it.Run, 0) == it.FirstKey, "a node knows its first key");
            Invariant.Holds(nodes.FindChild(it.Parent, it.FirstKey) == node, "a node is found by its first key");
            Invariant.Holds(it.Parent == TreeNodes.Root || ranks[it.Parent] > rank, "a parent is hotter than its child");
            pages += it.Length;
            chunks += KeyRuns.ChunksOf(it.Run);
            children += CheckChildren(nodes, node);
        }

        Invariant.Holds(children == ranks.Count && ranks.Count == nodes.Count && ranks.Count == nodes.IndexedCount, "every node is one node's child");
        Invariant.Holds(pages == nodes.Pages && chunks == nodes.Keys.ChunkCount, "pages and key memory are counted right");
        return ranks;
    }

    private static int CheckChildren(TreeNodes nodes, int parent)
    {
        int count = 0;
        int previous = -1;
        for (int child = nodes[parent].FirstChild; child >= 0; child = nodes[child].NextSibling)
        {
            Invariant.Holds(nodes[child].Parent == parent && nodes[child].PreviousSibling == previous, "siblings are linked both ways");
            previous = child;
            count++;
        }

        return count;
    }

    private static int CheckHoldersOf(HeldTree tree, int node)
    {
        int count = 0;
        int previous = -1;
        int reach = 0;
        int length = tree.Nodes[node].Length;
        for (int holder = tree.Nodes[node].FirstHolder; holder >= 0; holder = tree.Holders[holder].NextInNode)
        {
            ref readonly Holder it = ref tree.Holders[holder];
            Invariant.Holds(it.Node == node && it.PreviousInNode == previous, "the holders of a node are linked both ways");
            Invariant.Holds(tree.Holders.Find(node, tree.Slots.Of(it)) == holder, "a record is found by node and worker");
            Invariant.Holds(it.Resident >= 0 && it.Resident <= length && it.Promises >= 0, "a worker holds a part of the node");
            Invariant.Holds(it.Resident > 0 || it.Promises > 0, "a record holds or promises something");
            reach = Math.Max(reach, it.Promises > 0 ? length : it.Resident);
            previous = holder;
            count++;
        }

        Invariant.Holds(reach == length, "somebody holds or was promised all of a node");
        return count;
    }

    private static void CheckWorker(HeldTree tree, WorkerHoldings worker, Dictionary<int, int> endings)
    {
        Holders holders = tree.Holders;
        var ranks = new Dictionary<int, int>();
        var residentChildren = new Dictionary<int, int>();
        var promises = new Dictionary<int, int>();
        var uses = new Dictionary<int, double>();
        int resident = 0;
        int previous = -1;
        for (int holder = worker.Coldest; holder >= 0; holder = holders[holder].Hotter)
        {
            ref readonly Holder it = ref holders[holder];
            Invariant.Holds(it.Worker == worker.Slot && it.Colder == previous, "a worker's order of use is linked both ways");
            Invariant.Holds(ranks.TryAdd(holder, ranks.Count), "a record stands in the order of use once");
            Invariant.Holds(it.ResidentChildren == residentChildren.GetValueOrDefault(it.Node), "children that the worker holds are counted right");
            Invariant.Holds(it.Promises == promises.GetValueOrDefault(it.Node) + endings.GetValueOrDefault(holder), "promises add up along the path");
            Invariant.Holds(it.Uses * (1 + Rounding) >= uses.GetValueOrDefault(it.Node), "a node is used as much as its children");
            Invariant.Holds(it.ResidentChildren == 0 || it.Resident == tree.Nodes[it.Node].Length, "who holds a child holds all of its parent");
            resident += it.Resident;
            previous = holder;
            int parent = tree.Nodes[it.Node].Parent;
            if (parent != TreeNodes.Root)
            {
                // Its turn is still to come, or the parent would be colder than the child.
                int above = holders.Find(parent, worker);
                Invariant.Holds(above >= 0 && !ranks.ContainsKey(above), "a worker's record has one above it that is hotter");
                residentChildren[parent] = residentChildren.GetValueOrDefault(parent) + (it.Resident > 0 ? 1 : 0);
                promises[parent] = promises.GetValueOrDefault(parent) + it.Promises;
                uses[parent] = uses.GetValueOrDefault(parent) + it.Uses;
            }
        }

        Invariant.Holds(previous == worker.Hottest && ranks.Count == worker.Records, "a worker's records are counted right");
        Invariant.Holds(resident == worker.ResidentPages, "a worker's pages are counted right");
        worker.Victims.CheckIntegrity(holders, worker);
    }

    private static void CheckPromises(HeldTree tree, PrefixTreeOptions options, Dictionary<int, int> endings)
    {
        PendingPromises promises = tree.Promises;
        int named = 0;
        int previous = -1;
        for (int promise = promises.First; promise >= 0; promise = promises[promise].Later)
        {
            ref readonly PendingPromise it = ref promises[promise];
            Invariant.Holds(it.Earlier == previous, "promises are linked both ways");
            Invariant.Holds(previous < 0 || promises[previous].Deadline <= it.Deadline, "promises stand in the order of their deadlines");
            int before = it.Previous >= 0 ? promises[it.Previous].Next : tree.Holders[it.Holder].FirstPromise;
            Invariant.Holds(before == promise, "a promise hangs on its record");
            if (it.Request is { } request)
            {
                Invariant.Holds(promises.TryFind(request, out int found) && found == promise, "a promise is found by its request");
                named++;
            }

            endings[it.Holder] = endings.GetValueOrDefault(it.Holder) + 1;
            previous = promise;
        }

        Invariant.Holds(named == promises.NamedCount && endings.Values.Sum() == promises.Count, "promises are counted right");
    }
}
