using System.Runtime.InteropServices;

namespace Preble.Core.Placement;

/// <summary>Forecasts for a match what every worker would evict to fit the rest of the prompt.</summary>
internal static class EvictionForecast
{
    public static void Fill(HeldTree tree, PrefixTreeOptions options, PrefixMatch result)
    {
        Holders holders = tree.Holders;
        for (int slot = 0; slot < tree.Slots.End; slot++)
        {
            if (tree.Slots[slot] is { } worker && PagesToEvict(options, result, worker) is var pages and > 0)
            {
                result.SetEviction(slot, worker.Victims.Forecast(holders, worker, pages, options.PageTokens, options.VictimsMax));
            }
        }

        // Where a page of the prompt itself is among the coldest, the request will lock it before anything is evicted.
        ReadOnlySpan<int> path = CollectionsMarshal.AsSpan(tree.Path);
        int done = -1;
        for (int depth = path.Length - 1; depth >= 0; depth--)
        {
            for (int next = tree.Nodes[path[depth]].FirstHolder; next >= 0; next = holders[next].NextInNode)
            {
                WorkerHoldings worker = tree.Slots.Of(holders[next]);
                if (holders[next].InVictimSums && worker.Slot != done && PagesToEvict(options, result, worker) is var pages and > 0)
                {
                    done = worker.Slot;
                    Eviction eviction = VictimSums.ForecastBeside(path, tree.Nodes, holders, worker, pages, options.PageTokens, options.VictimsMax);
                    result.SetEviction(worker.Slot, eviction);
                }
            }
        }
    }

    private static int PagesToEvict(PrefixTreeOptions options, PrefixMatch result, WorkerHoldings worker)
    {
        int free = options.AssumeFull ? 0 : Math.Max(0, worker.CapacityPages - worker.ResidentPages);
        return result.PromptPages - result.Expected(worker.Slot) - free;
    }
}
