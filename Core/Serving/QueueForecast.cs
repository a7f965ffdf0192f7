using System.Runtime.InteropServices;

namespace Preble.Core.Serving;

/// <summary>
/// What the waiting sequences of a worker will find computed when their turns come, what is cached and what the running ones and those before them in line
/// will have computed by then; and which of the cached pages they will be the first to hold. Whoever comes first to a page is remembered by it, so that the
/// next one follows its keys to where they part, and is remembered by the page there: a search in the keys for each parting of the ways.
/// </summary>
internal sealed class QueueForecast(SequenceMemory memory)
{
    private readonly Dictionary<PageKey, Sequence> _first = [];

    /// <summary>Begins with those that run.</summary>
    public void Begin(List<Sequence> running)
    {
        Clear();
        foreach (Sequence runner in running) PagesOfOthers(runner);
    }

    /// <summary>Forgets all sequences.</summary>
    public void Clear() => _first.Clear();

    /// <summary>The next one in line, as far as is known.</summary>
    public SequenceSnapshot Next(Sequence waiting)
    {
        int cached = waiting.CachedTokens;
        int others = PagesOfOthers(waiting) * memory.PageTokens;
        return waiting.Snapshot() with { PrefillTokensLeft = waiting.Length - Math.Max(cached, others), UnheldTokens = Math.Max(0, cached - others) };
    }

    /// <summary>Leading pages that it has in common with any before it.</summary>
    private int PagesOfOthers(Sequence sequence)
    {
        if (!memory.Cache.KeepsPages) return 0;

        int at = 0;
        for (ReadOnlySpan<PageKey> keys = sequence.Request.Prompt.Keys.Span; at < keys.Length;)
        {
            ref Sequence? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, keys[at], out _);
            if (first is null)
            {
                first = sequence;
                break;
            }

            if (memory.CommonPages(first, sequence) is var common && common <= at) break;
            at = common;
        }

        return at;
    }
}
