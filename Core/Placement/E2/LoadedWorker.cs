using System.Numerics;

namespace Preble.Core.Placement.E2;

/// <summary>A worker with the load that counts as its own within the window, and the key portions that it consists of by what they count.</summary>
internal sealed class LoadedWorker(WorkerView view)
{
    private readonly PortionShare?[] _ranks = new PortionShare?[64];
    private ulong _occupied;

    public WorkerView View { get; set; } = view;

    /// <summary>Load of the requests sent to it, as moved with their key portions. [ns]</summary>
    public long Load;

    /// <summary>For <see cref="LoadedWorkers.Mark"/>.</summary>
    public PortionShare? Marked;
    public long Mark;

    /// <summary>A share of what may move that counts less than twice the cheapest; null if nothing may.</summary>
    public PortionShare? CheapestMovable => (_occupied & ~1UL) is var movable and > 0 ? _ranks[BitOperations.TrailingZeroCount(movable)] : null;

    /// <summary>Any of its shares.</summary>
    public PortionShare? Any => _occupied > 0 ? _ranks[BitOperations.TrailingZeroCount(_occupied)] : null;

    public ReadOnlySpan<PortionShare?> Ranks => _ranks;

    public ulong Occupied => _occupied;

    /// <summary>The rank of a share that counts so much.</summary>
    public static int RankOf(long counted, bool movable) => movable && counted > 0 ? 1 + BitOperations.Log2((ulong)counted) : 0;

    /// <summary>Takes a new share in, which counts nothing yet.</summary>
    public void Add(PortionShare share)
    {
        share.Counted = 0;
        Link(share, 0);
    }

    /// <summary>Takes a share and what it counts out.</summary>
    public void Remove(PortionShare share)
    {
        Load -= share.Counted;
        share.Counted = 0;
        Unlink(share);
    }

    /// <summary>Sets what a share counts.</summary>
    public void Count(PortionShare share, long counted, bool movable)
    {
        Load += counted - share.Counted;
        share.Counted = counted;
        int rank = RankOf(counted, movable);
        if (rank != share.Rank)
        {
            Unlink(share);
            Link(share, rank);
        }
    }

    private void Link(PortionShare share, int rank)
    {
        PortionShare? first = _ranks[rank];
        share.Rank = rank;
        share.PreviousInRank = null;
        share.NextInRank = first;
        if (first is not null)
        {
            first.PreviousInRank = share;
        }

        _ranks[rank] = share;
        _occupied |= 1UL << rank;
    }

    private void Unlink(PortionShare share)
    {
        if (share.PreviousInRank is { } previous)
        {
            previous.NextInRank = share.NextInRank;
        }
        else
        {
            _ranks[share.Rank] = share.NextInRank;
            _occupied &= share.NextInRank is null ? ~(1UL << share.Rank) : ulong.MaxValue;
        }

        if (share.NextInRank is { } next)
        {
            next.PreviousInRank = share.PreviousInRank;
        }
    }
}
