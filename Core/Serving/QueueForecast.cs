using System.Runtime.InteropServices;

namespace Preble.Core.Serving;

/// <summary>
/// What the waiting sequences of a worker will find computed when their turns come: what is cached, and what the running prefills and those before them in
/// line will have computed by then. Whoever is first to lack a page is remembered by it, so that the next one follows its keys to where they part, and is
/// remembered by the page that it lacks there: a search in the keys for each parting of the ways.
/// </summary>
internal sealed class QueueForecast(SequenceMemory memory)
{
    private readonly Dictionary<PageKey, Sequence> _lacking = [];
    private readonly List<Sequence> _prefilling = [];

    /// <summary>Begins with those that run.</summary>
    public void Begin(List<Sequence> running)
    {
        _lacking.Clear();
        _prefilling.Clear();
        if (memory.Cache.KeepsPages)
        {
            foreach (Sequence runner in running)
            {
                if (runner.Phase == SequencePhase.Prefill) _prefilling.Add(runner);
            }
        }
    }

    /// <summary>The context that the next one in line will find computed, as far as is known. [tokens]</summary>
    public int CachedTokens(Sequence waiting)
    {
        int cached = waiting.CachedTokens / memory.PageTokens;
        if (!memory.Cache.KeepsPages) return waiting.CachedTokens;

        int pages = cached;
        foreach (Sequence runner in _prefilling) pages = Math.Max(pages, memory.CommonPages(runner, waiting));

        int at = cached;
        for (ReadOnlySpan<PageKey> keys = waiting.Request.Prompt.Keys.Span; at < keys.Length;)
        {
            ref Sequence? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_lacking, keys[at], out _);
            if (first is null)
            {
                first = waiting;
                break;
            }

            if (memory.CommonPages(first, waiting) is var common && common <= at) break;
            at = common;
        }

        return Math.Max(pages, at) * memory.PageTokens;
    }
}
