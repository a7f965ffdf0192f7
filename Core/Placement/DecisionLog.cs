using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>The last decisions with their cost tables, in two rings that never grow.</summary>
internal sealed class DecisionLog(GlobalSchedulerOptions options)
{
    private readonly Entry[] entries = new Entry[options.DecisionsMax];
    private readonly CostRow[] rows = new CostRow[options.CostRowsMax];
    private readonly Dictionary<RequestId, int> byRequest = [];
    private long written;
    private long rowsWritten;

    /// <summary>Records a decision with its cost table; of a long one only the cheapest rows and the chosen one.</summary>
    /// <returns>The entry, to be filled in; it has its request and its table.</returns>
    public ref Entry Append(RequestId request, ReadOnlySpan<Candidate> candidates, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        int place = (int)(written++ % entries.Length);
        ref Entry entry = ref entries[place];
        if (entry.Request.Value is not null && byRequest.TryGetValue(entry.Request, out int indexed) && indexed == place)
        {
            byRequest.Remove(entry.Request);
        }

        int count = Math.Min(candidates.Length, options.CostRowsPerDecisionMax);
        entry = new Entry { Request = request, FirstRow = Reserve(count), RowCount = count };
        byRequest[request] = place;
        Span<CostRow> table = Table(entry);
        if (count == candidates.Length)
        {
            for (int i = 0; i < count; i++)
            {
                table[i] = new CostRow(candidates[i].Worker.Id, candidates[i].CachedTokens, costs[i]);
            }
        }
        else
        {
            KeepCheapest(table, candidates, costs, chosen);
        }

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
    public ReadOnlySpan<CostRow> Rows(in Entry entry) => rowsWritten - entry.FirstRow <= rows.Length ? Table(entry) : [];

    public void CheckIntegrity()
    {
        foreach ((RequestId request, int place) in byRequest)
        {
            Invariant.Holds(entries[place].Request == request, "a decision is found by its request");
        }

        Invariant.Holds(byRequest.Count <= Math.Min(written, entries.Length), "no more decisions are found than were taken");
    }

    /// <summary>Fills a table with the chosen row and the cheapest of the others, in the order of the candidates' costs.</summary>
    private static void KeepCheapest(Span<CostRow> table, ReadOnlySpan<Candidate> candidates, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        table[0] = new CostRow(candidates[chosen].Worker.Id, candidates[chosen].CachedTokens, costs[chosen]);
        Span<CostRow> others = table[1..];
        int kept = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            double total = costs[i].Total;
            if (i == chosen || (kept == others.Length && (kept == 0 || total >= others[kept - 1].Cost.Total)))
            {
                continue;
            }

            // The dearest one falls out if the table is full; all that are dearer move up by one.
            int at = kept < others.Length ? kept++ : kept - 1;
            for (; at > 0 && others[at - 1].Cost.Total > total; at--)
            {
                others[at] = others[at - 1];
            }

            others[at] = new CostRow(candidates[i].Worker.Id, candidates[i].CachedTokens, costs[i]);
        }
    }

    private long Reserve(int count)
    {
        int place = (int)(rowsWritten % rows.Length);
        if (place + count > rows.Length)
        {
            rowsWritten += rows.Length - place;
        }

        rowsWritten += count;
        return rowsWritten - count;
    }

    private Span<CostRow> Table(in Entry entry) => rows.AsSpan((int)(entry.FirstRow % rows.Length), entry.RowCount);

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
        public int RowCount;
    }
}
