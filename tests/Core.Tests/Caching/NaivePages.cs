namespace Preble.Core.Tests.Caching;

/// <summary>The cache as a plain list of pages, each with the tokens up to its end: what <c>PrefixCache</c> must do, found by searching everything.</summary>
internal sealed class NaivePages(int pageTokens)
{
    private readonly List<Page> _pages = [];
    private long _uses;

    public int Count => _pages.Count;

    public int Unlocked => _pages.Count(page => page.Locks == 0);

    public int Match(ulong seed, int[] tokens)
    {
        int limit = (tokens.Length - 1) / pageTokens;
        int pages = 0;
        while (pages < limit && Find(seed, tokens, pages + 1) is not null) pages++;
        return pages;
    }

    public void Lock(ulong seed, int[] tokens, int from, int to)
    {
        for (int i = from; i < to; i++) Find(seed, tokens, i + 1)!.Locks++;
    }

    public void Store(ulong seed, int[] tokens, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (Find(seed, tokens, i + 1) is null) _pages.Add(new Page(seed, tokens[..((i + 1) * pageTokens)]));
        }

        Lock(seed, tokens, from, to);
    }

    public void Unlock(ulong seed, int[] tokens, int pages)
    {
        for (int i = pages; i > 0; i--)
        {
            Page page = Find(seed, tokens, i)!;
            page.Locks--;
            page.LastUse = _uses++;
        }
    }

    public int Touch(ulong seed, int[] tokens)
    {
        int pages = Match(seed, tokens);
        for (int i = pages; i > 0; i--)
        {
            Page page = Find(seed, tokens, i)!;
            if (page.Locks == 0) page.LastUse = _uses++;
        }

        return pages;
    }

    public int Evict(int count)
    {
        List<Page> victims = [.. _pages.Where(page => page.Locks == 0).OrderBy(page => page.LastUse).Take(count)];
        foreach (Page page in victims) _pages.Remove(page);
        return victims.Count;
    }

    private Page? Find(ulong seed, int[] tokens, int pages) =>
        _pages.Find(page => page.Seed == seed && page.Tokens.Length == pages * pageTokens && page.Tokens.AsSpan().SequenceEqual(tokens.AsSpan(0, pages * pageTokens)));

    private sealed class Page(ulong seed, int[] tokens)
    {
        public ulong Seed => seed;

        public int[] Tokens => tokens;

        public int Locks { get; set; }

        public long LastUse { get; set; }
    }
}
