using Preble.Core.Caching;
using Preble.Core.Placement;

namespace Preble.Core.Tests.Placement;

public sealed class EvictionRegretTests
{
    private const int PageTokens = 4;

    [Fact]
    public void ItIsHalfWhileNothingIsKnown()
    {
        new EvictionRegret().Share.Should().Be(0.5);
        new EvictionRegret { CapacityPages = 1_000_000 }.Share.Should().Be(0.5);
    }

    /// <summary>Real caches, whose events the tree follows: documents asked for in turn, just too many for the cache.</summary>
    [Fact]
    public void WhatIsInUseAndJustTooLargeIsRegretted() => Regret(pages: 100, documents: 11, documentPages: 10, rounds: 40).Should().BeGreaterThan(0.8);

    [Fact]
    public void TailsThatNobodyRepeatsAreNotRegretted() => Regret(pages: 100, documents: int.MaxValue, documentPages: 10, rounds: 40).Should().BeLessThan(0.05);

    /// <summary>What comes back only after the memory has been filled several times over would not have been kept by one page more.</summary>
    [Fact]
    public void WhatComesBackMuchLaterIsNotRegretted() => Regret(pages: 100, documents: 60, documentPages: 10, rounds: 10).Should().BeLessThan(0.05);

    [Fact]
    public void ACopyThatIsLeftElsewhereIsNotMissed()
    {
        PrefixTree tree = Tree(pages: 100, "a", "b");
        PageKey[] path = Keys(1, 20);
        tree.Store(new WorkerId("a"), path);
        tree.Store(new WorkerId("b"), path);

        tree.Evict(new WorkerId("a"), path, 5);
        double before = tree.EvictionRegret;
        tree.Promise(new WorkerId("a"), path, null, default);

        before.Should().BeLessThan(0.5, "an eviction without regret was seen");
        tree.EvictionRegret.Should().Be(before);
    }

    [Fact]
    public void PiecesThatWentOneByOneAreAllMissed()
    {
        PrefixTree tree = Tree(pages: 1000, "a");
        PageKey[] path = Keys(1, 30);
        tree.Store(new WorkerId("a"), path);
        foreach (int from in (int[])[25, 13, 12, 2]) tree.Evict(new WorkerId("a"), path, from);
        double before = tree.EvictionRegret;

        tree.Promise(new WorkerId("a"), path, null, default);

        // 28 pages were evicted and 28 come back, beside the 100 evictions of the prior of which half were regretted.
        tree.EvictionRegret.Should().BeApproximately((50.0 + 28) / (100 + 28), 0.01);
        tree.EvictionRegret.Should().BeGreaterThan(before);

        double after = tree.EvictionRegret;
        tree.Promise(new WorkerId("a"), path, new RequestId("again"), default);
        tree.EvictionRegret.Should().Be(after, "what is promised is not missed a second time");
    }

    [Fact]
    public void WhatARequestOnItsWayCountsOnIsMissedAsItGoesAndNotTwice()
    {
        PrefixTree tree = Tree(pages: 1000, "a");
        var worker = new WorkerId("a");
        PageKey[] path = Keys(1, 30);
        tree.Store(worker, path);
        tree.Promise(worker, path, new RequestId("waits"), default);

        // In two pieces: the second is what the first has left behind page 2.
        tree.Evict(worker, path, 20);
        tree.Evict(worker, path, 2);
        double gone = tree.EvictionRegret;
        gone.Should().BeApproximately((50.0 + 28) / (100 + 28), 0.01);

        tree.Store(worker, path);
        tree.Promise(worker, path, new RequestId("next"), default);
        tree.EvictionRegret.Should().Be(gone);
    }

    [Fact]
    public void WhatARequestCountsOnElsewhereIsNotMissed()
    {
        PrefixTree tree = Tree(pages: 1000, "a", "b");
        PageKey[] path = Keys(1, 30);
        tree.Store(new WorkerId("a"), path);
        tree.Promise(new WorkerId("b"), path, new RequestId("waits"), default);

        tree.Evict(new WorkerId("a"), path, 0);

        tree.EvictionRegret.Should().BeLessThan(0.5);
    }

    /// <summary>Runs that come and go for ever: what was asked for, or evicted again, must not take the place of what is remembered.</summary>
    [Fact]
    public void ItDoesNotFadeHoweverLongItLasts()
    {
        var regret = new EvictionRegret { CapacityPages = 100_000 };
        for (int i = 0; i < 600_000; i++)
        {
            regret.Evicted(1, 0, Keys(i % 40_000, 1));
            if (i >= 30_000) regret.Asked(Keys((i - 30_000) % 40_000, 1));
        }

        regret.Share.Should().BeGreaterThan(0.85);
    }

    [Fact]
    public void WhatIsRememberedIsBounded()
    {
        var regret = new EvictionRegret { CapacityPages = 500 };
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            regret.Evicted(random.Next(1, 20), 0, Keys(random.Next(100_000), random.Next(1, 20)));
            if (random.Next(3) == 0) regret.Asked(Keys(random.Next(100_000), random.Next(1, 40)));
            regret.RememberedPages.Should().BeInRange(0, 500);
            regret.Share.Should().BeInRange(0, 1);
        }

        var wide = new EvictionRegret { CapacityPages = long.MaxValue / 2 };
        for (int i = 0; i < EvictionRegret.RunsMax + 1000; i++) wide.Evicted(1, 0, Keys(i, 1));
        wide.RememberedPages.Should().Be(EvictionRegret.RunsMax);
    }

    private static double Regret(int pages, int documents, int documentPages, int rounds)
    {
        PrefixTree tree = Tree(pages, "a");
        var worker = new WorkerId("a");
        var pool = new PagePool(pages);
        var cache = new PrefixCache(pool, PageTokens);
        var events = new List<CacheEvent>();
        for (int i = 0; i < rounds * 11; i++)
        {
            int document = i % documents;
            int[] tokens = [.. Enumerable.Range(0, (documentPages * PageTokens) + 1).Select(at => (document * 1000) + at)];
            var prompt = new Prompt(tokens, 1, PageTokens);
            tree.Promise(worker, prompt.Keys.Span, null, TimeSpan.FromSeconds(i));

            var table = new int[documentPages];
            PrefixPin pin = cache.Pin(1, tokens, table, TimeSpan.FromSeconds(i));
            cache.Evict(documentPages - pin.Pages - pool.FreeCount);
            for (int page = pin.Pages; page < documentPages; page++) pool.TryTake(out table[page]).Should().BeTrue();
            cache.Store(pin, tokens, table, TimeSpan.FromSeconds(i));
            cache.Unpin(pin, TimeSpan.FromSeconds(i));
            events.Clear();
            cache.Drain(events);
            foreach (CacheEvent change in events) tree.Apply(worker, change);
        }

        tree.CheckIntegrity();
        return tree.EvictionRegret;
    }

    private static PrefixTree Tree(int pages, params string[] workers)
    {
        var tree = new PrefixTree(new PrefixTreeOptions { PageTokens = PageTokens });
        foreach (string worker in workers) tree.AddWorker(new WorkerId(worker), pages / workers.Length);
        return tree;
    }

    private static PageKey[] Keys(int document, int pages) => [.. Enumerable.Range(1, pages).Select(page => new PageKey(((ulong)document << 32) + (ulong)page))];
}
