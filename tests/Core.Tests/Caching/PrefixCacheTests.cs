using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

public sealed class PrefixCacheTests
{
    private const ulong Seed = 42;
    private const int PageTokens = 4;
    private readonly PagePool _pool = new(32);
    private readonly PrefixCache _cache;

    public PrefixCacheTests() => _cache = new PrefixCache(_pool, PageTokens);

    [Fact]
    public void AtLeastOneTokenIsLeftToCompute()
    {
        Use(Tokens(12)).StoreAll().Leave();
        _cache.Peek(Seed, Tokens(12)).Pages.Should().Be(2);
        _cache.Peek(Seed, Tokens(13)).Pages.Should().Be(3);
        _cache.Peek(Seed, Tokens(4)).Pages.Should().Be(0);
        _cache.Invoking(c => c.Peek(Seed, [])).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void PagesOfARunningSequenceAreFoundByOthersAtOnce()
    {
        CacheUser first = Use(Tokens(40)).Store(3);
        CacheUser second = Use(Tokens(40));
        second.Pages.ToArray().Should().Equal(first.Pages.ToArray());
        first.Store(7);
        CacheUser third = Use(Tokens(40));
        third.Pages.ToArray().Should().Equal(first.Pages[..7].ToArray());
        foreach (int page in second.Pages) _pool.References(page).Should().Be(4, "three users and the cache refer to it");
        _cache.CheckIntegrity();
    }

    [Fact]
    public void OfPagesComputedTwiceTheFirstStoredIsKept()
    {
        CacheUser first = Use(Tokens(17));
        CacheUser second = Use(Tokens(17));
        first.StoreAll();
        int stored = (int)_cache.LastEvent;
        second.StoreAll();
        second.Pages.ToArray().Should().Equal(first.Pages.ToArray());
        _cache.LastEvent.Should().Be(stored, "nothing new is cached");
        (_pool.PageCount - _pool.FreeCount).Should().Be(4);
        _cache.CheckIntegrity();
    }

    [Fact]
    public void SeedsShareNothing()
    {
        Use(Tokens(20)).StoreAll().Leave();
        _cache.Peek(Seed + 1, Tokens(20)).Pages.Should().Be(0);
        var other = new CacheUser(_pool, _cache, Seed + 1, Tokens(20));
        other.StoreAll();
        _cache.CachedPages.Should().Be(10);
        _cache.CheckIntegrity();
    }

    [Fact]
    public void EvictionNeverRemovesALockedNode()
    {
        Use(Tokens(33)).StoreAll().Leave();
        CacheUser reader = Use(Tokens(17));
        _cache.Evict(int.MaxValue).Should().Be(4);
        _cache.CheckIntegrity();
        _cache.EvictablePages.Should().Be(0);
        _cache.Peek(Seed, Tokens(33)).Pages.Should().Be(4);
        reader.Leave();
        _cache.Evict(int.MaxValue).Should().Be(4);
        _pool.FreeCount.Should().Be(_pool.PageCount);
    }

    [Fact]
    public void PartialEvictionKeepsTheHead()
    {
        Use(Tokens(33)).StoreAll().Leave();
        _cache.Evict(3).Should().Be(3);
        _cache.Peek(Seed, Tokens(33)).Pages.Should().Be(5);
        _cache.CheckIntegrity();
    }

    [Fact]
    public void ThePathUsedLeastRecentlyGoesFirst()
    {
        int[] a = Tokens(9, last: 1);
        int[] b = Tokens(9, last: 2);
        int[] c = Tokens(9, last: 3);
        Use(a).StoreAll().Leave(TimeSpan.FromSeconds(1));
        Use(b).StoreAll().Leave(TimeSpan.FromSeconds(2));
        Use(c).StoreAll().Leave(TimeSpan.FromSeconds(2));
        Use(a).Leave(TimeSpan.FromSeconds(3));
        _cache.Evict(2);
        Found(a, b, c).Should().Equal(2, 0, 2);
        _cache.Evict(2);
        Found(a, b, c).Should().Equal(2, 0, 0);
        _cache.Evict(1);
        Found(a, b, c).Should().Equal(1, 0, 0);
    }

    /// <summary>Only as far as it is the prefix of what was touched, and not pinned.</summary>
    [Fact]
    public void WhatIsTouchedIsEvictedLast()
    {
        int[] a = Tokens(17, last: 1);
        int[] b = Tokens(17, last: 2);
        Use(a).StoreAll().Leave(TimeSpan.FromSeconds(1));
        Use(b).StoreAll().Leave(TimeSpan.FromSeconds(2));
        _cache.Touch(Seed, a[..9], TimeSpan.FromSeconds(3)).Should().Be(2);
        _cache.CheckIntegrity();
        Found(a, b).Should().Equal(4, 4);
        _cache.Evict(2);
        Found(a, b).Should().Equal(2, 4);
        _cache.Evict(4);
        Found(a, b).Should().Equal(2, 0);
        _cache.Evict(int.MaxValue).Should().Be(2);
        _cache.Touch(Seed, a, TimeSpan.FromSeconds(4)).Should().Be(0);
        _cache.CheckIntegrity();
    }

    [Fact]
    public void ARunBecomesALeafWhenWhatContinuedItIsGone()
    {
        int[] shared = Tokens(16);
        Use([.. shared, 1, 1, 1, 1, 9]).StoreAll().Leave();
        Use([.. shared, 2, 2, 2, 2, 9]).StoreAll().Leave();
        _cache.Evict(2).Should().Be(2);
        Found([.. shared, 0]).Should().Equal(4);
        _cache.Evict(1);
        Found([.. shared, 0]).Should().Equal(3);
        _cache.CheckIntegrity();
    }

    [Fact]
    public void AClockThatStepsBackCountsAsStandingStill()
    {
        Use(Tokens(9, last: 1)).StoreAll().Leave(TimeSpan.FromSeconds(10));
        Use(Tokens(9, last: 2)).StoreAll().Leave(TimeSpan.FromSeconds(5));
        _cache.CheckIntegrity();
        _cache.Evict(2);
        Found(Tokens(9, last: 1), Tokens(9, last: 2)).Should().Equal(0, 2);
    }

    [Fact]
    public void EventsCarryTheKeysOfThePrompt()
    {
        var prompt = new Prompt(Tokens(30), Seed, PageTokens);
        CacheUser user = Use(Tokens(30)).Store(2).Store(7);
        user.Leave();
        _cache.Evict(3);
        var events = new List<CacheEvent>();
        _cache.Drain(events);
        events.Select(e => (e.Sequence, e.Kind, e.From, e.Path.Length)).Should().Equal(
            (1, CacheEventKind.Stored, 0, 2),
            (2, CacheEventKind.Stored, 2, 7),
            (3, CacheEventKind.Evicted, 4, 7));
        foreach (CacheEvent change in events) change.Path.ToArray().Should().Equal(prompt.Keys[..change.Path.Length].ToArray());
        _cache.Dump().WholePaths().Single().ToArray().Should().Equal(prompt.Keys[..4].ToArray());
    }

    [Fact]
    public void EventsOfOnePathShareItsKeys()
    {
        CacheUser user = Use(Tokens(128));
        for (int pages = 1; pages <= 32; pages++) user.Store(pages);
        var events = new List<CacheEvent>();
        _cache.Drain(events);
        PageKey[] keys = PageKeys.Compute(Seed, Tokens(128), PageTokens);
        events.Should().HaveCount(32);
        for (int i = 0; i < 32; i++) events[i].Path.ToArray().Should().Equal(keys[..(i + 1)]);
    }

    [Fact]
    public void AFullBufferAsksForADumpAndGoesOnBehindIt()
    {
        var cache = new PrefixCache(_pool, PageTokens, eventsMax: 2);
        for (int i = 0; i < 5; i++) new CacheUser(_pool, cache, Seed, Tokens(9, last: i)).StoreAll().Leave();
        cache.DumpNeeded.Should().BeTrue();
        cache.LastEvent.Should().Be(5);
        var events = new List<CacheEvent>();
        cache.Drain(events);
        events.Select(e => e.Sequence).Should().Equal([1, 2], "what came before the gap is still true");
        new CacheUser(_pool, cache, Seed, Tokens(9, last: 5)).StoreAll().Leave();
        cache.Drain(events);
        events.Should().HaveCount(2, "nothing is told until the dump");

        CacheDump dump = cache.Dump();
        dump.LastEvent.Should().Be(6);
        EventReader.Keys(dump).Should().HaveCount(cache.CachedPages);
        cache.DumpNeeded.Should().BeFalse();
        cache.Evict(1);
        cache.Drain(events);
        events[^1].Sequence.Should().Be(7);
    }

    [Fact]
    public void AnUnreadCacheStillNumbersItsChanges()
    {
        var cache = new PrefixCache(_pool, PageTokens, eventsMax: 0);
        new CacheUser(_pool, cache, Seed, Tokens(9)).StoreAll().Leave();
        cache.LastEvent.Should().Be(1);
        cache.DumpNeeded.Should().BeTrue();
        cache.Dump().LastEvent.Should().Be(1);
    }

    [Fact]
    public void GivingAPinUpTwiceThrows()
    {
        CacheUser user = Use(Tokens(9)).StoreAll();
        user.Leave();
        _cache.Invoking(c => c.Unpin(user.Pin, default)).Should().Throw<InvalidOperationException>();
        _cache.Invoking(c => c.Store(user.Pin, Tokens(9), new int[2], default)).Should().Throw<InvalidOperationException>();
        var other = new PrefixCache(_pool, PageTokens);
        CacheUser foreign = Use(Tokens(9));
        other.Invoking(c => c.Unpin(foreign.Pin, default)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void LookingAllocatesNothing()
    {
        Use(Tokens(65)).StoreAll().Leave();
        int[] tokens = Tokens(57);
        _cache.Touch(Seed, tokens, default).Should().Be(14, "what is behind them is parted from them the first time");
        _cache.Peek(Seed, tokens);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int pages = 0;
        for (int i = 0; i < 1_000; i++) pages += _cache.Peek(Seed, tokens).Pages + _cache.Touch(Seed, tokens, default);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        pages.Should().Be(28_000);
    }

    private static int[] Tokens(int count, int last = -1)
    {
        int[] tokens = [.. Enumerable.Range(1000, count)];
        if (last >= 0) tokens[0] = last;
        return tokens;
    }

    private CacheUser Use(int[] tokens) => new(_pool, _cache, Seed, tokens);

    private IEnumerable<int> Found(params int[][] prompts) => prompts.Select(tokens => _cache.Peek(Seed, tokens).Pages);
}
