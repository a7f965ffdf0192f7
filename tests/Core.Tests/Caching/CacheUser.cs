using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

/// <summary>What a running sequence does with a cache: pins, takes pages for the rest, stores them, gives up.</summary>
internal sealed class CacheUser
{
    private readonly PagePool _pool;
    private readonly IPrefixCache _cache;
    private readonly int[] _pages;
    private int _pageCount;

    public CacheUser(PagePool pool, IPrefixCache cache, ulong seed, int[] tokens, TimeSpan now = default)
    {
        _pool = pool;
        _cache = cache;
        Tokens = tokens;
        _pages = new int[(tokens.Length / cache.PageTokens) + 1];
        Pin = cache.Pin(seed, tokens, _pages, now);
        _pageCount = Pin.Pages;
    }

    public int[] Tokens { get; }

    public PrefixPin Pin { get; }

    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, _pageCount);

    /// <summary>Computes and stores up to a number of whole pages; stops early if no page is left.</summary>
    public CacheUser Store(int pages, TimeSpan now = default)
    {
        while (_pageCount < pages)
        {
            if (_pool.FreeCount == 0) _cache.Evict(1);
            if (!_pool.TryTake(out int page)) break;
            _pages[_pageCount++] = page;
        }

        _cache.Store(Pin, Tokens.AsSpan(0, _pageCount * _cache.PageTokens), _pages.AsSpan(0, _pageCount), now);
        return this;
    }

    public CacheUser StoreAll(TimeSpan now = default) => Store(Tokens.Length / _cache.PageTokens, now);

    public void Leave(TimeSpan now = default)
    {
        foreach (int page in _pages.AsSpan(Pin.Pages.._pageCount)) _pool.Release(page);
        _cache.Unpin(Pin, now);
        _pageCount = 0;
    }
}
