namespace Preble.Core.Placement.E2;

/// <summary>Recomputes every sum of a ledger from the requests within its window and throws if one is wrong. For tests.</summary>
internal static class LedgerIntegrity
{
    public static void Check(PortionLedger ledger, PolicyOptions options)
    {
        Invariant.Holds(ledger.Requests <= options.E2WindowRequestsMax, "the window stays within its bound");
        var loads = ledger.Workers.All.ToDictionary(worker => worker, _ => 0L);
        var shares = new Dictionary<PortionShare, (int Requests, long Load)>();
        var branches = new Dictionary<PortionBranch, (int Requests, long Load)>();
        TimeSpan last = TimeSpan.MinValue;
        foreach (SentRequest sent in ledger.Sent)
        {
            Invariant.Holds(sent.At >= last && loads.ContainsKey(sent.Worker), "what was sent stands in order, and its worker is known");
            last = sent.At;
            if (sent.Share is not { } share)
            {
                loads[sent.Worker] += sent.Load;
                continue;
            }

            Invariant.Holds(share.Worker == sent.Worker, "a request counts on the worker that it was sent to");
            (int requests, long load) = shares.GetValueOrDefault(share);
            shares[share] = (requests + 1, load + sent.Load);
            if (sent.Branch is { } branch)
            {
                (requests, load) = branches.GetValueOrDefault(branch);
                branches[branch] = (requests + 1, load + sent.Load);
            }
        }

        int found = 0;
        foreach (KeyPortion portion in ledger.Portions.All)
        {
            found += CheckPortion(portion, ledger, shares, loads);
        }

        Invariant.Holds(found == shares.Count, "every share is one of its portion");
        CheckBranches(ledger, branches);
        foreach (LoadedWorker worker in ledger.Workers.All)
        {
            Invariant.Holds(worker.Load == loads[worker], "a worker's load is the sum of what counts there");
            CheckRanks(worker);
        }
    }

    /// <returns>Shares of the portion that requests were sent to.</returns>
    private static int CheckPortion(
        KeyPortion portion, PortionLedger ledger, Dictionary<PortionShare, (int Requests, long Load)> shares, Dictionary<LoadedWorker, long> loads)
    {
        Invariant.Holds(ledger.Portions.TryFind(portion.Key, out KeyPortion? same) && same == portion, "a portion is found by its key");
        int requests = 0;
        int members = 0;
        int used = 0;
        long load = 0;
        var workers = new HashSet<LoadedWorker>();
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            Invariant.Holds(share.Portion == portion && workers.Add(share.Worker), "a portion has one share on a worker");
            Invariant.Holds(shares.GetValueOrDefault(share) == (share.Requests, share.Load), "a share is the sum of what was sent");
            Invariant.Holds(share.Requests > 0 || share.IsMember, "a share of nothing goes");
            long counted = !portion.IsAssigned ? share.Load : share.IsMember ? portion.Load / portion.Members : 0;
            Invariant.Holds(share.Counted == counted, "an assigned portion counts evenly, and another where it was sent");
            Invariant.Holds(share.Rank == LoadedWorker.RankOf(counted, ledger.Portions.IsMovable(portion)), "a share has the rank of what it counts");
            loads[share.Worker] += share.Counted;
            requests += share.Requests;
            load += share.Load;
            members += share.IsMember ? 1 : 0;
            used += share.Requests > 0 ? 1 : 0;
        }

        Invariant.Holds((requests, load, members) == (portion.Requests, portion.Load, portion.Members), "a portion is the sum of its shares");
        Invariant.Holds(requests > 0, "a portion that nobody asked for goes");
        return used;
    }

    private static void CheckBranches(PortionLedger ledger, Dictionary<PortionBranch, (int Requests, long Load)> branches)
    {
        Invariant.Holds(ledger.Branches.Count == branches.Count, "a branch that nobody asked for goes");
        var dealt = new Dictionary<PortionShare, long>();
        foreach (PortionBranch branch in ledger.Branches)
        {
            Invariant.Holds(branches[branch] == (branch.Requests, branch.Load), "a branch is the sum of what was sent");
            if (branch.Replica is { } replica)
            {
                Invariant.Holds(replica.IsMember, "a branch is given to a replica");
                dealt[replica] = dealt.GetValueOrDefault(replica) + branch.Load;
            }
        }

        foreach (KeyPortion portion in ledger.Portions.All)
        {
            for (PortionShare? share = portion.First; share is not null; share = share.Next)
            {
                Invariant.Holds(share.BranchLoad == dealt.GetValueOrDefault(share), "a replica has what its branches have");
            }
        }
    }

    private static void CheckRanks(LoadedWorker worker)
    {
        for (int rank = 0; rank < worker.Ranks.Length; rank++)
        {
            Invariant.Holds((worker.Occupied >> rank & 1) == (worker.Ranks[rank] is null ? 0UL : 1UL), "a rank is marked if it has shares");
            PortionShare? previous = null;
            for (PortionShare? share = worker.Ranks[rank]; share is not null; share = share.NextInRank)
            {
                Invariant.Holds(share.Worker == worker && share.Rank == rank && share.PreviousInRank == previous, "a share stands in its rank");
                previous = share;
            }
        }
    }
}
