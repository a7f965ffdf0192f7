namespace Preble.Core.Placement;

/// <summary>
/// The cached pages of one prompt on every worker, and what else policies need of the path, so that none reaches into the tree. Filled by
/// <see cref="PrefixTree.Match"/>, or with <see cref="Reset"/>, <see cref="Add"/> and <see cref="AddPathEnd"/> by whoever received one as a message;
/// valid until it is filled again. Reuse it: filling allocates only when the number of workers grows.
/// </summary>
public sealed class PrefixMatch
{
    private WorkerId[] _workers = [];
    private int[] _resident = [];
    private int[] _expected = [];
    private Eviction[] _evictions = [];
    private int[] _pathEnds = [];
    private int _pathLength;
    private object? _source;
    private long _sourceVersion;

    /// <summary>Whole pages of the prompt.</summary>
    public int PromptPages { get; private set; }

    /// <summary>Leading pages that any worker holds or was promised.</summary>
    public int LongestPages { get; private set; }

    /// <summary>Leading pages that other paths of the tree go through as well: behind them the prompt is alone. 0 if that was not sent.</summary>
    public int SharedPages { get; set; }

    /// <inheritdoc cref="PrefixTree.EvictionRegret"/>
    public double EvictionRegret { get; set; }

    /// <summary>Slots, some of which may be free.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Page counts at which the nodes of the matched path end, ascending, the last where the prompt leaves the tree: a node will end there as soon as the
    /// prompt is promised. What one node has of its own is the difference to the one before. Empty if nothing matches, or if it was not sent. [nodes]
    /// </summary>
    public ReadOnlySpan<int> PathEnds => _pathEnds.AsSpan(0, _pathLength);

    public WorkerMatch this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Count, nameof(slot));
            return new WorkerMatch(_workers[slot], _resident[slot], _expected[slot], _evictions[slot]);
        }
    }

    /// <summary>The slot of a worker, or -1. Looks through all of them.</summary>
    public int Find(WorkerId worker) => Array.IndexOf(_workers, worker, 0, Count);

    /// <summary>Starts a match of a prompt of which no worker has anything.</summary>
    /// <param name="promptPages">Whole pages of the prompt.</param>
    public void Reset(int promptPages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(promptPages);
        _source = null;
        Count = 0;
        PromptPages = promptPages;
        LongestPages = 0;
        SharedPages = 0;
        _pathLength = 0;
    }

    /// <summary>Adds what one worker has; each worker once.</summary>
    public void Add(WorkerMatch worker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(worker.ExpectedPages, worker.ResidentPages, nameof(worker));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(worker.ExpectedPages, PromptPages, nameof(worker));
        _source = null;
        int slot = Count++;
        Reserve(Count);
        _workers[slot] = worker.Worker;
        _resident[slot] = worker.ResidentPages;
        _expected[slot] = worker.ExpectedPages;
        _evictions[slot] = worker.Eviction;
        LongestPages = Math.Max(LongestPages, worker.ExpectedPages);
    }

    /// <summary>Adds where the next node of the path ends, in pages: behind the one before, and not behind the prompt.</summary>
    public void AddPathEnd(int pages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pages, _pathLength > 0 ? _pathEnds[_pathLength - 1] : 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, PromptPages);
        if (_pathLength == _pathEnds.Length)
        {
            Array.Resize(ref _pathEnds, Math.Max(8, _pathLength * 2));
        }

        _pathEnds[_pathLength++] = pages;
    }

    /// <summary>
    /// Starts a match over the workers of a tree; their names are copied only if they changed since the same tree filled this match.
    /// </summary>
    internal void Begin(int promptPages, WorkerSlots slots)
    {
        PromptPages = promptPages;
        LongestPages = 0;
        SharedPages = 0;
        _pathLength = 0;
        Count = slots.End;
        Reserve(Count);
        if (_source != slots || _sourceVersion != slots.Version)
        {
            _source = slots;
            _sourceVersion = slots.Version;
            for (int slot = 0; slot < Count; slot++)
            {
                _workers[slot] = slots[slot]?.Id ?? default;
            }
        }

        Array.Clear(_resident, 0, Count);
        Array.Clear(_expected, 0, Count);
        Array.Clear(_evictions, 0, Count);
    }

    internal void Reach(int slot, int residentPages, int expectedPages)
    {
        _resident[slot] = Math.Max(_resident[slot], residentPages);
        _expected[slot] = Math.Max(_expected[slot], expectedPages);
        LongestPages = Math.Max(LongestPages, expectedPages);
    }

    internal int Expected(int slot) => _expected[slot];

    internal void SetEviction(int slot, Eviction eviction) => _evictions[slot] = eviction;

    private void Reserve(int count)
    {
        if (_workers.Length < count)
        {
            int size = Math.Max(8, Math.Max(count, _workers.Length * 2));
            Array.Resize(ref _workers, size);
            Array.Resize(ref _resident, size);
            Array.Resize(ref _expected, size);
            Array.Resize(ref _evictions, size);
        }
    }
}
