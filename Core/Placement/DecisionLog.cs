using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>The last decisions with their cost tables, in two rings that never grow.</summary>
internal sealed class DecisionLog(GlobalSchedulerOptions options)
{
    private readonly Entry[] _entries = new Entry[options.DecisionsMax];
    private readonly int[] _cheapest = new int[options.CostRowsPerDecisionMax];
    private readonly double[] _totals = new double[options.CostRowsPerDecisionMax];
    private readonly CostRow[] _rows = new CostRow[options.CostRowsMax];
    private readonly Dictionary<RequestId, int> _byRequest = [];
    private long _written;
    private long _rowsWritten;

    /// <summary>Records a decision with its cost table; of a long one only the cheapest rows and the chosen one.</summary>
    /// <returns>The entry, to be filled in; it has its request and its table.</returns>
    public ref Entry Append(RequestId request, ReadOnlySpan<Candidate> candidates, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        int place = (int)(_written++ % _entries.Length);
        ref Entry entry = ref _entries[place];
        if (entry.Request.Value is not null && _byRequest.TryGetValue(entry.Request, out int indexed) && indexed == place)
        {
            _byRequest.Remove(entry.Request);
        }

        int count = Math.Min(candidates.Length, options.CostRowsPerDecisionMax);
        entry = new Entry { Request = request, FirstRow = Reserve(count), RowCount = count };
        _byRequest[request] = place;
        Span<CostRow> table = Table(entry);
        if (count == candidates.Length)
        {
            for (int i = 0; i < count; i++)
            {
                table[i] = Row(i, candidates, costs);
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
        if (_byRequest.TryGetValue(request, out int place))
        {
            return ref _entries[place];
        }

        return ref Unsafe.NullRef<Entry>();
    }

    /// <summary>The last decision for a request; null if it is not known or no longer.</summary>
    /// <param name="request">Its id.</param>
    /// <param name="policy">That has taken it.</param>
    /// <param name="rowsMax">Rows of the table; of more the chosen worker's and then the cheapest.</param>
    public DecisionRecord? Explain(RequestId request, IPlacementPolicy policy, int rowsMax)
    {
        ref Entry entry = ref Find(request);
        if (Unsafe.IsNullRef(ref entry))
        {
            return null;
        }

        ReadOnlySpan<CostRow> rows = Rows(entry);
        ReadOnlySpan<int> told = Told(rows, entry.Worker, rowsMax);
        var table = new CandidateExplanation[told.Length];
        for (int i = 0; i < told.Length; i++)
        {
            ref readonly CostRow row = ref rows[told[i]];
            CostTerms terms = row.Cost.Terms;
            table[i] = new CandidateExplanation(
                row.Worker, row.CachedTokens, row.Cost.Eligible, row.Cost.Total, ((ReadOnlySpan<double>)terms)[..policy.Terms.Count].ToArray());
        }

        return new DecisionRecord
        {
            Request = request,
            Decision = entry.Decision,
            At = entry.At,
            Policy = policy.Name,
            Worker = entry.Worker,
            PromptTokens = entry.PromptTokens,
            CachedTokens = entry.CachedTokens,
            PrefillSeconds = entry.PrefillSeconds,
            TtftSeconds = entry.TtftSeconds,
            Reason = entry.Reason,
            Terms = policy.Terms,
            Candidates = table,
            Actual = entry.HasEnded ? entry.Actual : null,
        };
    }

    public void CheckIntegrity()
    {
        foreach ((RequestId request, int place) in _byRequest)
        {
            Invariant.Holds(_entries[place].Request == request, "a decision is found by its request");
        }

        Invariant.Holds(_byRequest.Count <= Math.Min(_written, _entries.Length), "no more decisions are found than were taken");
    }

    /// <summary>The cost table of a decision; empty if later ones have overwritten it.</summary>
    private ReadOnlySpan<CostRow> Rows(in Entry entry) => _rowsWritten - entry.FirstRow <= _rows.Length ? Table(entry) : [];

    /// <summary>Which rows are told: all as they stand or, of more than that, the chosen one's and then the cheapest.</summary>
    private ReadOnlySpan<int> Told(ReadOnlySpan<CostRow> rows, WorkerId chosen, int rowsMax)
    {
        Span<int> order = _cheapest.AsSpan(0, rows.Length);
        Span<double> totals = _totals.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            (order[i], totals[i]) = (i, rows[i].Worker == chosen ? double.NegativeInfinity : rows[i].Cost.Total);
        }

        if (rows.Length > rowsMax)
        {
            totals.Sort(order);
        }

        return order[..Math.Min(rows.Length, rowsMax)];
    }

    /// <summary>Fills a table with the chosen row and then the cheapest of the others.</summary>
    private void KeepCheapest(Span<CostRow> table, ReadOnlySpan<Candidate> candidates, ReadOnlySpan<CandidateCost> costs, int chosen)
    {
        // Sorted by cost. When it is full, a dearer one never enters and the dearest falls out.
        Span<int> kept = _cheapest.AsSpan(0, table.Length - 1);
        int count = 0;
        double bar = double.PositiveInfinity;
        for (int i = 0; i < costs.Length; i++)
        {
            double total = costs[i].Total;
            if (i == chosen || kept.IsEmpty || (count == kept.Length && total >= bar))
            {
                continue;
            }

            int at = count < kept.Length ? count++ : count - 1;
            for (; at > 0 && costs[kept[at - 1]].Total > total; at--)
            {
                kept[at] = kept[at - 1];
            }

            kept[at] = i;
            bar = costs[kept[count - 1]].Total;
        }

        table[0] = Row(chosen, candidates, costs);
        for (int i = 0; i < count; i++)
        {
            table[i + 1] = Row(kept[i], candidates, costs);
        }
    }

    private static CostRow Row(int index, ReadOnlySpan<Candidate> candidates, ReadOnlySpan<CandidateCost> costs) =>
        new(candidates[index].Worker.Id, candidates[index].CachedTokens, costs[index]);

    private long Reserve(int count)
    {
        int place = (int)(_rowsWritten % _rows.Length);
        if (place + count > _rows.Length)
        {
            _rowsWritten += _rows.Length - place;
        }

        _rowsWritten += count;
        return _rowsWritten - count;
    }

    private Span<CostRow> Table(in Entry entry) => _rows.AsSpan((int)(entry.FirstRow % _rows.Length), entry.RowCount);

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
        public string? Reason;

        /// <summary>Counts all rows ever reserved, so that an overwritten table is known by its age.</summary>
        public long FirstRow;
        public int RowCount;
    }
}
