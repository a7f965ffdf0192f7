namespace Preble.Core.Placement;

/// <summary>
/// How often workers give up pages that are asked for again: the share of evicted pages that come back before as many others were evicted as all workers
/// hold. That is what a page of key-value memory is worth at the margin: near 0 where prompts end in tails that nobody repeats, near 1 where the
/// workers' memory is about as large as what is in use, and every copy too many drives out what will be missed.
/// <para>What was evicted is kept as runs of pages in the order of their eviction, bounded by the workers' capacity in pages and by
/// <see cref="RunsMax"/>. A steady state allocates nothing.</para>
/// </summary>
internal sealed class EvictionRegret
{
    /// <summary>Runs of evicted pages that are remembered at most.</summary>
    public const int RunsMax = 65_536;

    /// <summary>The share that is assumed before anything was evicted: half, as nothing is known.</summary>
    public const double PriorShare = 0.5;

    /// <summary>Evictions, as a share of what all workers hold, after which what was seen counts as much as what was assumed.</summary>
    public const double PriorWeight = 0.1;

    private readonly Dictionary<PageKey, (int Pages, long Stamp)> _runs = [];

    // In the order of their eviction. A run that was asked for, or evicted again, leaves a place behind whose stamp is not its own any more.
    private readonly Queue<(PageKey First, long Stamp)> _order = new();
    private long _stamp;
    private double _evicted;
    private double _regretted;

    /// <summary>What all workers hold at most. [pages]</summary>
    public long CapacityPages { get; set; }

    /// <summary>Pages in the remembered runs.</summary>
    public long RememberedPages { get; private set; }

    /// <summary>From 0 to 1.</summary>
    public double Share => Math.Min(1, (_regretted + (PriorShare * Prior)) / (_evicted + Prior));

    /// <summary>Evictions that the prior counts for; one at least, so that there is always a share. [pages]</summary>
    private double Prior => Math.Max(1, PriorWeight * CapacityPages);

    /// <summary>A worker has given pages up.</summary>
    /// <param name="pages">How many.</param>
    /// <param name="awaited">Those of them that requests which wait there count on: they are asked for again for certain. [pages]</param>
    /// <param name="gone">Those of them that no other worker holds: a run that begins where what is held of its path ends. [pages]</param>
    public void Evicted(int pages, int awaited, ReadOnlySpan<PageKey> gone)
    {
        // What was seen is forgotten as the workers' memory is filled anew.
        double keep = Math.Exp(-pages / (double)Math.Max(CapacityPages, 1));
        _evicted = (_evicted * keep) + pages;
        _regretted = (_regretted * keep) + awaited;
        if (!gone.IsEmpty)
        {
            Take(gone[0]);
            _runs.Add(gone[0], (gone.Length, ++_stamp));
            _order.Enqueue((gone[0], _stamp));
            RememberedPages += gone.Length;
        }

        while ((_runs.Count > RunsMax || RememberedPages > CapacityPages) && _order.TryDequeue(out (PageKey First, long Stamp) oldest))
        {
            if (IsCurrent(oldest))
            {
                Take(oldest.First);
            }
        }

        if (_order.Count > 2 * RunsMax)
        {
            for (int left = _order.Count; left > 0; left--)
            {
                if (_order.Dequeue() is var place && IsCurrent(place))
                {
                    _order.Enqueue(place);
                }
            }
        }
    }

    /// <summary>Pages that nobody held are computed again.</summary>
    /// <param name="missed">From the first that nobody held to the end of the path. [pages]</param>
    public void Asked(ReadOnlySpan<PageKey> missed)
    {
        // Pages of a path go from its end on, so that runs lie one behind the other.
        for (int at = 0; at < missed.Length && Take(missed[at]) is var run and > 0; at += run)
        {
            _regretted += Math.Min(run, missed.Length - at);
        }
    }

    private bool IsCurrent((PageKey First, long Stamp) place) => _runs.TryGetValue(place.First, out (int Pages, long Stamp) run) && run.Stamp == place.Stamp;

    private int Take(PageKey first)
    {
        if (!_runs.Remove(first, out (int Pages, long Stamp) run))
        {
            return 0;
        }

        RememberedPages -= run.Pages;
        return run.Pages;
    }
}
