namespace Preble.Core.Placement;

/// <summary>
/// The cached pages of one prompt on every worker, and what else policies need of the path, so that none reaches into the tree. Filled by
/// <see cref="PrefixTree.Match"/>, or with <see cref="Reset"/> and <see cref="Add"/> by whoever received one as a message; valid until it is filled
/// again. Reuse it: filling allocates only when the number of workers grows.
/// </summary>
public sealed class PrefixMatch
{
    private WorkerId[] workers = [];
    private int[] resident = [];
    private int[] expected = [];
    private Eviction[] evictions = [];
    private object? source;
    private long sourceVersion;

    /// <summary>Whole pages of the prompt.</summary>
    public int PromptPages { get; private set; }

    /// <summary>Leading pages that any worker holds or was promised.</summary>
    public int LongestPages { get; private set; }

    /// <summary>Slots, some of which may be free.</summary>
    public int Count { get; private set; }

    public WorkerMatch this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Count, nameof(slot));
            return new WorkerMatch(workers[slot], resident[slot], expected[slot], evictions[slot]);
        }
    }

    /// <summary>The slot of a worker, or -1. Looks through all of them.</summary>
    public int Find(WorkerId worker) => Array.IndexOf(workers, worker, 0, Count);

    /// <summary>Starts a match of a prompt of which no worker has anything.</summary>
    /// <param name="promptPages">Whole pages of the prompt.</param>
    public void Reset(int promptPages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(promptPages);
        source = null;
        Count = 0;
        PromptPages = promptPages;
        LongestPages = 0;
    }

    /// <summary>Adds what one worker has; each worker once.</summary>
    public void Add(WorkerMatch worker)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(worker.ExpectedPages, worker.ResidentPages, nameof(worker));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(worker.ExpectedPages, PromptPages, nameof(worker));
        source = null;
        int slot = Count++;
        Reserve(Count);
        workers[slot] = worker.Worker;
        resident[slot] = worker.ResidentPages;
        expected[slot] = worker.ExpectedPages;
        evictions[slot] = worker.Eviction;
        LongestPages = Math.Max(LongestPages, worker.ExpectedPages);
    }

    /// <summary>
    /// Starts a match over the workers of a tree; their names are copied only if they changed since the same tree filled this match.
    /// </summary>
    internal void Begin(int promptPages, WorkerSlots slots)
    {
        PromptPages = promptPages;
        LongestPages = 0;
        Count = slots.End;
        Reserve(Count);
        if (source != slots || sourceVersion != slots.Version)
        {
            source = slots;
            sourceVersion = slots.Version;
            for (int slot = 0; slot < Count; slot++)
            {
                workers[slot] = slots[slot]?.Id ?? default;
            }
        }

        Array.Clear(resident, 0, Count);
        Array.Clear(expected, 0, Count);
        Array.Clear(evictions, 0, Count);
    }

    internal void Reach(int slot, int residentPages, int expectedPages)
    {
        resident[slot] = Math.Max(resident[slot], residentPages);
        expected[slot] = Math.Max(expected[slot], expectedPages);
        LongestPages = Math.Max(LongestPages, expectedPages);
    }

    internal int Expected(int slot) => expected[slot];

    internal void SetEviction(int slot, Eviction eviction) => evictions[slot] = eviction;

    private void Reserve(int count)
    {
        if (workers.Length < count)
        {
            int size = Math.Max(8, Math.Max(count, workers.Length * 2));
            Array.Resize(ref workers, size);
            Array.Resize(ref resident, size);
            Array.Resize(ref expected, size);
            Array.Resize(ref evictions, size);
        }
    }
}
