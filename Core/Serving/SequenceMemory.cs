using Preble.Core.Caching;

namespace Preble.Core.Serving;

/// <summary>Gives sequences their pages, out of what is free and what the cache can spare, and takes them back.</summary>
internal sealed class SequenceMemory(PagePool pool, IPrefixCache cache)
{
    public int PageTokens => cache.PageTokens;

    public IPrefixCache Cache => cache;

    public PagePool Pool => pool;

    /// <summary>Pages that could be taken now.</summary>
    public int AvailablePages => pool.FreeCount + cache.EvictablePages;

    /// <summary>Pages that hold <paramref name="tokens"/>.</summary>
    public int PagesFor(int tokens) => (tokens + PageTokens - 1) / PageTokens;

    /// <summary>Whether the next token of a sequence needs a page that it does not have.</summary>
    public bool NeedsPage(Sequence sequence) => sequence.Computed == sequence.PageCount * PageTokens;

    /// <summary>What the cache has for a waiting sequence.</summary>
    public CachedPrefix Peek(Sequence sequence) => cache.Peek(sequence.Request.Prompt.Seed, sequence.Tokens);

    /// <summary>Counts what the cache has for a waiting sequence as used now, so that it is evicted after what was used before.</summary>
    /// <returns>Pages that the cache has.</returns>
    public int Touch(Sequence sequence, TimeSpan now) => cache.Touch(sequence.Request.Prompt.Seed, sequence.Tokens, now);

    /// <summary>Admits a sequence behind its longest cached prefix.</summary>
    public void Start(Sequence sequence, TimeSpan now)
    {
        Span<int> table = sequence.Admit((sequence.Length - 1) / PageTokens);
        sequence.StartBehind(cache.Pin(sequence.Request.Prompt.Seed, sequence.Tokens, table, now), PageTokens);
    }

    /// <summary>Makes room for more tokens, evicting no more than that needs.</summary>
    /// <returns>Tokens that there is room for, up to <paramref name="tokens"/>; fewer if pages have run out.</returns>
    public int Grow(Sequence sequence, int tokens)
    {
        int room = (sequence.PageCount * PageTokens) - sequence.Computed;
        if (tokens <= room) return tokens;

        int missing = PagesFor(tokens - room);
        if (missing > pool.FreeCount) cache.Evict(missing - pool.FreeCount);
        for (; missing > 0 && pool.TryTake(out int page); missing--)
        {
            sequence.AddPage(page);
            room += PageTokens;
        }

        return Math.Min(tokens, room);
    }

    /// <summary>Makes the whole pages that a sequence has computed known to others.</summary>
    public void Store(Sequence sequence, TimeSpan now)
    {
        if (sequence.Computed / PageTokens > sequence.Pin!.Pages)
        {
            cache.Store(sequence.Pin, sequence.Tokens[..sequence.Computed], sequence.PageTable, now);
        }
    }

    /// <summary>Takes a running sequence's pages back: its own become free, those of its path stay cached.</summary>
    public void Release(Sequence sequence, TimeSpan now)
    {
        foreach (int page in sequence.Pages[sequence.Pin!.Pages..]) pool.Release(page);
        cache.Unpin(sequence.Pin, now);
        sequence.Drop();
    }

    /// <summary>
    /// Whole pages that two prompts of one tenant have in common, of which the other sequence can use all. Keys are chained, so that the last equal one is found by
    /// halving; a collision makes a sequence wait for a moment.
    /// </summary>
    public int CommonPages(Sequence runner, Sequence sequence)
    {
        if (runner.Request.Prompt.Seed != sequence.Request.Prompt.Seed) return 0;

        ReadOnlySpan<PageKey> one = runner.Request.Prompt.Keys.Span;
        ReadOnlySpan<PageKey> other = sequence.Request.Prompt.Keys.Span;
        int equal = 0;
        for (int high = Math.Min(Math.Min(one.Length, other.Length), (sequence.Length - 1) / PageTokens); equal < high;)
        {
            int middle = (equal + high + 1) / 2;
            if (one[middle - 1] == other[middle - 1])
            {
                equal = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return equal;
    }
}
