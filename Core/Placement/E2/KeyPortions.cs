using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement.E2;

/// <summary>
/// The key portions in use, what each has on every worker, and the workers that some were assigned to. A portion that follows the caches counts where its
/// requests were sent; the load of an assigned one counts evenly for its members, so that it moves with it. Objects are used again.
/// </summary>
/// <param name="requestsToMove">Requests within the window from which on a portion may move.</param>
internal sealed class KeyPortions(int requestsToMove)
{
    private readonly Dictionary<PageKey, KeyPortion> _byKey = [];
    private readonly Stack<KeyPortion> _sparePortions = [];
    private readonly Stack<PortionShare> _spareShares = [];
    private long _stamps;

    public int Count => _byKey.Count;

    public IReadOnlyCollection<KeyPortion> All => _byKey.Values;

    public bool TryFind(PageKey key, [NotNullWhen(true)] out KeyPortion? portion) => _byKey.TryGetValue(key, out portion);

    public bool IsMovable(KeyPortion portion) => portion.Requests >= requestsToMove;

    /// <summary>A number that nothing else has.</summary>
    public long NewStamp() => ++_stamps;

    /// <summary>What the portion that ends with <paramref name="key"/> has on a worker, both made if they are new.</summary>
    public PortionShare Ensure(PageKey key, LoadedWorker worker)
    {
        if (!_byKey.TryGetValue(key, out KeyPortion? portion))
        {
            _byKey.Add(key, portion = NewPortion(key));
        }

        return portion.Find(worker) ?? NewShare(portion, worker);
    }

    /// <summary>Adds requests, or with negative numbers takes them away, and removes what nothing is left of.</summary>
    public void Add(PortionShare share, int requests, long load)
    {
        KeyPortion portion = share.Portion;
        portion.Requests += requests;
        portion.Load += load;
        share.Requests += requests;
        share.Load += load;
        if (portion.Requests == 0)
        {
            Remove(portion);
        }
        else if (share.Requests == 0 && !share.IsMember)
        {
            Remove(share);
            Recount(portion);
        }
        else
        {
            Recount(portion, share);
        }
    }

    /// <summary>Assigns a portion to one more worker. One that followed the caches stays assigned to the workers that it was sent to.</summary>
    public void Join(KeyPortion portion, LoadedWorker worker)
    {
        if (!portion.IsAssigned)
        {
            for (PortionShare? each = portion.First; each is not null; each = each.Next)
            {
                MakeMember(each);
            }
        }

        PortionShare share = portion.Find(worker) ?? NewShare(portion, worker);
        if (!share.IsMember)
        {
            MakeMember(share);
        }

        Recount(portion);
    }

    /// <summary>Takes an assigned portion off a worker. Without a member it follows the caches again.</summary>
    public void Drop(PortionShare share)
    {
        Invariant.Holds(share.IsMember, "only an assigned portion is taken off a worker");
        KeyPortion portion = share.Portion;
        share.IsMember = false;
        share.Term = 0;
        share.BranchLoad = 0;
        portion.Members--;
        if (share.Requests == 0)
        {
            Remove(share);
        }

        Recount(portion);
    }

    /// <summary>Assigns a portion to one worker in place of another.</summary>
    public void Move(KeyPortion portion, LoadedWorker from, LoadedWorker to)
    {
        Join(portion, to);
        Drop(portion.Find(from)!);
    }

    private void MakeMember(PortionShare share)
    {
        share.IsMember = true;
        share.Holds = share.Requests > 0;
        share.Term = NewStamp();
        share.Portion.Members++;
    }

    /// <summary>Counts a portion again of which one share has changed.</summary>
    private void Recount(KeyPortion portion, PortionShare changed)
    {
        if (portion.IsAssigned || portion.Requests <= requestsToMove)
        {
            Recount(portion);
        }
        else
        {
            changed.Worker.Count(changed, changed.Load, IsMovable(portion));
        }
    }

    private void Recount(KeyPortion portion)
    {
        bool movable = IsMovable(portion);
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            long counted = !portion.IsAssigned ? share.Load : share.IsMember ? portion.Load / portion.Members : 0;
            share.Worker.Count(share, counted, movable);
        }
    }

    private KeyPortion NewPortion(PageKey key)
    {
        KeyPortion portion = _sparePortions.TryPop(out KeyPortion? spare) ? spare : new KeyPortion();
        portion.Key = key;
        portion.Stamp = NewStamp();
        portion.SampleStamp = NewStamp();
        portion.Recent = default;
        portion.Earlier = default;
        portion.ScaledQueue = 0;
        return portion;
    }

    private PortionShare NewShare(KeyPortion portion, LoadedWorker worker)
    {
        PortionShare share = _spareShares.TryPop(out PortionShare? spare) ? spare : new PortionShare();
        share.Portion = portion;
        share.Worker = worker;
        share.Holds = false;
        share.Previous = null;
        share.Next = portion.First;
        if (portion.First is { } first)
        {
            first.Previous = share;
        }

        portion.First = share;
        worker.Add(share);
        return share;
    }

    private void Remove(KeyPortion portion)
    {
        while (portion.First is { } share)
        {
            share.IsMember = false;
            Remove(share);
        }

        _byKey.Remove(portion.Key);
        portion.Members = 0;
        portion.Stamp = 0;
        portion.SampleStamp = 0;
        _sparePortions.Push(portion);
    }

    private void Remove(PortionShare share)
    {
        Invariant.Holds(share.Requests == 0 && share.Load == 0 && !share.IsMember, "only a share of nothing is removed");
        share.Worker.Remove(share);
        if (share.Previous is { } previous)
        {
            previous.Next = share.Next;
        }
        else
        {
            share.Portion.First = share.Next;
        }

        if (share.Next is { } next)
        {
            next.Previous = share.Previous;
        }

        share.Term = 0;
        share.BranchLoad = 0;
        _spareShares.Push(share);
    }
}
