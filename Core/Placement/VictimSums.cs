namespace Preble.Core.Placement;

/// <summary>
/// What a worker's local LRU would evict next, as running sums from its coldest record on. Read as far as asked for, kept until one of the records it
/// has read changes: most decisions touch one worker, so for all others the answer is a search in a short array.
/// </summary>
internal sealed class VictimSums
{
    private Sum[] _sums = new Sum[8];
    private int _count;
    private int _visited;
    private int _last = -1;

    /// <summary>
    /// The sums over what is evicted to free so many pages. After <paramref name="victimsMax"/> records, what remains to be freed is taken to be like
    /// what was seen.
    /// </summary>
    public Eviction Forecast(Holders holders, WorkerHoldings worker, int pages, int pageTokens, int victimsMax)
    {
        while (_visited < victimsMax && (_count == 0 || _sums[_count - 1].Pages < pages))
        {
            int next = _last < 0 ? worker.Coldest : holders[_last].Hotter;
            if (next < 0)
            {
                break;
            }

            _last = next;
            _visited++;
            ref Holder holder = ref holders[next];
            holder.InVictimSums = true;
            if (IsEvictable(holder))
            {
                Append(holder, pageTokens);
            }
        }

        if (_count == 0 || worker.Uses <= 0)
        {
            return default;
        }

        ref readonly Sum all = ref _sums[_count - 1];
        Eviction evicted;
        if (all.Pages <= pages)
        {
            evicted = new Eviction(all.Linear, all.Quadratic);
            if (_visited >= victimsMax)
            {
                evicted *= (double)pages / all.Pages;
            }
        }
        else
        {
            int at = FirstReaching(pages);
            Sum before = at > 0 ? _sums[at - 1] : default;
            evicted = new Eviction(before.Linear, before.Quadratic) + Eviction.Of((pages - before.Pages) * pageTokens, _sums[at].Uses);
        }

        return evicted * (1 / worker.Uses);
    }

    /// <summary>
    /// The same, reading the list anew and leaving out the nodes of a path (from the root down), which the request itself would hold.
    /// </summary>
    public static Eviction ForecastBeside(
        ReadOnlySpan<int> path, TreeNodes nodes, Holders holders, WorkerHoldings worker, int pages, int pageTokens, int victimsMax)
    {
        Eviction evicted = default;
        int freed = 0;
        int looked = 0;
        for (int at = worker.Coldest; at >= 0 && freed < pages && looked < victimsMax; at = holders[at].Hotter, looked++)
        {
            ref Holder holder = ref holders[at];
            if (IsEvictable(holder) && !IsOnPath(path, nodes, holder.Node))
            {
                int part = Math.Min(holder.Resident, pages - freed);
                evicted += Eviction.Of(part * pageTokens, holder.Uses);
                freed += part;
            }
        }

        if (looked >= victimsMax && freed > 0)
        {
            evicted *= (double)pages / freed;
        }

        return worker.Uses > 0 ? evicted * (1 / worker.Uses) : default;
    }

    /// <summary>Forgets what was read.</summary>
    public void Clear(Holders holders, WorkerHoldings worker)
    {
        int at = worker.Coldest;
        for (int i = 0; i < _visited; i++)
        {
            holders[at].InVictimSums = false;
            at = holders[at].Hotter;
        }

        _count = 0;
        _visited = 0;
        _last = -1;
    }

    /// <summary>Checks that exactly the coldest records are marked as read.</summary>
    public void CheckIntegrity(Holders holders, WorkerHoldings worker)
    {
        int at = worker.Coldest;
        for (int i = 0; i < worker.Records; i++, at = holders[at].Hotter)
        {
            Invariant.Holds(holders[at].InVictimSums == i < _visited, "the coldest records are those that were read");
            Invariant.Holds((i == _visited - 1) == (at == _last), "reading goes on after the last record read");
        }
    }

    // A promised node belongs to a request on its way: the worker will hold it locked.
    private static bool IsEvictable(in Holder holder) => holder.Resident > 0 && holder.Promises == 0;

    private static bool IsOnPath(ReadOnlySpan<int> path, TreeNodes nodes, int node)
    {
        int start = nodes[node].Start;
        int low = 0;
        for (int high = path.Length; low < high;)
        {
            int middle = (low + high) / 2;
            if (nodes[path[middle]].Start < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < path.Length && path[low] == node;
    }

    private void Append(in Holder holder, int pageTokens)
    {
        if (_count == _sums.Length)
        {
            Array.Resize(ref _sums, _count * 2);
        }

        Sum before = _count > 0 ? _sums[_count - 1] : default;
        Eviction own = Eviction.Of(holder.Resident * pageTokens, holder.Uses);
        _sums[_count++] = new Sum
        {
            Pages = before.Pages + holder.Resident,
            Linear = before.Linear + own.Tokens,
            Quadratic = before.Quadratic + own.HalfSquares,
            Uses = holder.Uses,
        };
    }

    private int FirstReaching(int pages)
    {
        int low = 0;
        for (int high = _count - 1; low < high;)
        {
            int middle = (low + high) / 2;
            if (_sums[middle].Pages < pages)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Sums up to and with one victim, and that victim's own count of uses.</summary>
    private struct Sum
    {
        public int Pages;
        public double Linear;
        public double Quadratic;
        public double Uses;
    }
}
