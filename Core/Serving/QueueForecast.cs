using System.Runtime.InteropServices;

namespace Preble.Core.Serving;

/// <summary>
/// What the waiting sequences of a worker will find computed when their turns come: what is cached, and what those before them will have computed by then.
/// Each is compared with the running prefills, and with the first and the last before it that lack the same page: enough where prompts share in few depths,
/// and never more than is shared. A sequence that is forecast costs a search in its keys for each.
/// </summary>
internal sealed class QueueForecast(SequenceMemory memory)
{
    private readonly Dictionary<PageKey, (Sequence First, Sequence Last)> _lacking = [];
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
        int cached = waiting.CachedTokens;
        if (!memory.Cache.KeepsPages) return cached;

        foreach (Sequence runner in _prefilling) cached = Math.Max(cached, SharedTokens(runner, waiting));
        ReadOnlySpan<PageKey> keys = waiting.Request.Prompt.Keys.Span;
        int page = waiting.CachedTokens / memory.PageTokens;
        if (page >= keys.Length) return cached;

        ref (Sequence First, Sequence Last) before = ref CollectionsMarshal.GetValueRefOrAddDefault(_lacking, keys[page], out bool known);
        if (known)
        {
            cached = Math.Max(cached, SharedTokens(before.First, waiting));
            cached = before.Last == before.First ? cached : Math.Max(cached, SharedTokens(before.Last, waiting));
            before.Last = waiting;
        }
        else
        {
            before = (waiting, waiting);
        }

        return cached;
    }

    private int SharedTokens(Sequence before, Sequence waiting) =>
        before.Request.Prompt.Seed == waiting.Request.Prompt.Seed ? memory.CommonPages(before, waiting) * memory.PageTokens : 0;
}
