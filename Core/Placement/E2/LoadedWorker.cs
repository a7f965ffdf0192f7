using System.Numerics;

namespace Preble.Core.Placement.E2;

/// <summary>
/// A worker with the work that counts as its own within the window, and the key portions that it consists of by what they count. Work is what a worker
/// takes seconds for, and each its own: a billion is one request of <see cref="UnitPromptTokens"/> and <see cref="UnitOutputTokens"/>.
/// </summary>
internal sealed class LoadedWorker(WorkerView view)
{
    private const int UnitPromptTokens = 1000;
    private const int UnitOutputTokens = 50;

    private readonly PortionShare?[] _ranks = new PortionShare?[64];
    private ulong _occupied;

    /// <summary>Another one if the worker has started anew and its going was not told.</summary>
    public WorkerView View { get; private set; } = view;

    /// <summary>Work of the requests sent to it, as moved with their key portions.</summary>
    public long Work;

    /// <summary>
    /// Seconds that it takes for a billion of work, above 0. By the rates that it joined with, in which equal workers are equal: calibrated ones differ by
    /// noise, which would move load for nothing.
    /// </summary>
    public double Pace { get; private set; } = PaceOf(view);

    /// <summary>Seconds that its work takes it.</summary>
    public double Load => Seconds(Work);

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

    public double Seconds(long work) => work * 1e-9 * Pace;

    /// <summary>Seconds of this worker as work, no more than <paramref name="max"/> billions.</summary>
    public long WorkOf(double seconds, double max) => LoadSums.Nanoseconds(Math.Min(seconds / Pace, max));

    public void Rejoin(WorkerView view)
    {
        View = view;
        Pace = PaceOf(view);
    }

    /// <summary>Takes a new share in, which counts nothing yet.</summary>
    public void Add(PortionShare share)
    {
        share.Counted = 0;
        Link(share, 0);
    }

    /// <summary>Takes a share and what it counts out.</summary>
    public void Remove(PortionShare share)
    {
        Work -= share.Counted;
        share.Counted = 0;
        Unlink(share);
    }

    /// <summary>Sets what a share counts.</summary>
    public void Count(PortionShare share, long counted, bool movable)
    {
        Work += counted - share.Counted;
        share.Counted = counted;
        int rank = RankOf(counted, movable);
        if (rank != share.Rank)
        {
            Unlink(share);
            Link(share, rank);
        }
    }

    private static double PaceOf(WorkerView view)
    {
        WorkerRates rates = view.Profile.Rates;
        return Math.Max(rates.PrefillSeconds(UnitPromptTokens, 0) + (UnitOutputTokens * rates.DecodeStepSeconds(1, 0)), 1e-9);
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
