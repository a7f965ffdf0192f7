using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>The last decisions with their cost tables, in two rings that never grow: policies write their tables where they stay.</summary>
internal sealed class DecisionLog(int decisionsMax, int costRowsMax)
{
    private readonly Entry[] entries = new Entry[decisionsMax];
    private readonly CandidateCost[] costs = new CandidateCost[costRowsMax];
    private readonly Dictionary<RequestId, int> byRequest = [];
    private long written;
    private long rows;

    public int Count => byRequest.Count;

    /// <summary>Room for a cost table of the next decision, overwriting the oldest tables.</summary>
    public Span<CandidateCost> ReserveCosts(int count)
    {
        int place = (int)(rows % costRowsMax);
        if (place + count > costRowsMax)
        {
            rows += costRowsMax - place;
            place = 0;
        }

        Span<CandidateCost> table = costs.AsSpan(place, count);
        table.Clear();
        rows += count;
        return table;
    }

    /// <summary>Records a decision whose table was reserved last.</summary>
    /// <returns>The entry, to be filled in; it has its request and its table.</returns>
    public ref Entry Append(RequestId request, int candidates)
    {
        int place = (int)(written++ % decisionsMax);
        ref Entry entry = ref entries[place];
        if (entry.Request.Value is not null && byRequest.TryGetValue(entry.Request, out int indexed) && indexed == place)
        {
            byRequest.Remove(entry.Request);
        }

        entry = new Entry { Request = request, FirstRow = rows - candidates, Rows = candidates };
        byRequest[request] = place;
        return ref entry;
    }

    /// <summary>The last decision for a request, or a null reference.</summary>
    public ref Entry Find(RequestId request)
    {
        if (byRequest.TryGetValue(request, out int place))
        {
            return ref entries[place];
        }

        return ref Unsafe.NullRef<Entry>();
    }

    /// <summary>The cost table of a decision; empty if later ones have overwritten it.</summary>
    public ReadOnlySpan<CandidateCost> Costs(in Entry entry) =>
        rows - entry.FirstRow <= costRowsMax ? costs.AsSpan((int)(entry.FirstRow % costRowsMax), entry.Rows) : [];

    public void CheckIntegrity()
    {
        foreach ((RequestId request, int place) in byRequest)
        {
            Invariant.Holds(entries[place].Request == request, "a decision is found by its request");
        }

        Invariant.Holds(byRequest.Count <= Math.Min(written, decisionsMax), "no more decisions are found than were taken");
    }

    internal struct Entry
    {
        public RequestId Request;
        public long Decision;
        public TimeSpan At;
        public WorkerId Worker;
        public int PromptTokens;
        public int CachedTokens;
        public int Choices;
        public double PrefillSeconds;
        public double TtftSeconds;
        public CompletionFacts Actual;
        public bool HasEnded;

        /// <summary>Counts all rows ever reserved, so that an overwritten table is known by its age.</summary>
        public long FirstRow;
        public int Rows;
    }
}
