namespace Preble.Core.Caching;

/// <summary>
/// A cache that keeps nothing: every prompt is computed from its first token. The baseline for what caching brings, and the simplest thing that
/// fulfils the contract.
/// </summary>
public sealed class NoPrefixCache : IPrefixCache
{
    private int _pins;

    /// <param name="pageTokens">Tokens in a page, above 0.</param>
    public NoPrefixCache(int pageTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageTokens, 1);
        PageTokens = pageTokens;
    }

    public int PageTokens { get; }

    public bool KeepsPages => false;

    public int CachedPages => 0;

    public int EvictablePages => 0;

    public long Version => 0;

    public long LastEvent => 0;

    public bool DumpNeeded => false;

    public CachedPrefix Peek(ulong seed, ReadOnlySpan<int> tokens) => default;

    public int Touch(ulong seed, ReadOnlySpan<int> tokens, TimeSpan now) => 0;

    public PrefixPin Pin(ulong seed, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now)
    {
        _pins++;
        return new PrefixPin(seed) { Index = 0 };
    }

    /// <summary>Keeps nothing: the pages stay the sequence's own.</summary>
    public void Store(PrefixPin pin, ReadOnlySpan<int> tokens, Span<int> pages, TimeSpan now)
    {
    }

    public void Unpin(PrefixPin pin, TimeSpan now)
    {
        if (pin.Index < 0) throw new InvalidOperationException("The pin was given up before.");
        pin.Index = -1;
        _pins--;
    }

    public IReadOnlyList<HotPath> Hottest(int pathsMax, int tokensMax) => [];

    public int Evict(int pages) => 0;

    public void Drain(List<CacheEvent> events)
    {
    }

    public CacheDump Dump() => new(0, []);

    public void CheckIntegrity()
    {
        if (_pins < 0) throw new InvalidOperationException("More pins were given up than made.");
    }
}
