using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

public sealed class HotPrefixTests
{
    private const int PageTokens = 4;
    private readonly PagePool _pool = new(256);
    private readonly PrefixCache _cache;

    public HotPrefixTests() => _cache = new PrefixCache(_pool, PageTokens);

    [Fact]
    public void WhatManyPromptsShareIsHotAndWhatOneHadForItselfIsNot()
    {
        int[] common = Tokens(1, 40);
        for (int user = 0; user < 5; user++)
        {
            Use(1, [.. common, .. Tokens(10 + user, 20)]);
        }

        HotPath hot = _cache.Hottest(8, 1000).Should().ContainSingle().Subject;
        hot.Tokens.ToArray().Should().Equal(common);
        hot.Seed.Should().Be(1);
        hot.Keys.ToArray().Should().Equal(PageKeys.Compute(1, common, PageTokens));
        hot.Heat.Should().BeApproximately(5, 1e-9);
    }

    [Fact]
    public void APathThatLeadsToAHotOneIsPartOfIt()
    {
        int[] common = Tokens(1, 40);
        int[] branch = [.. common, .. Tokens(2, 20)];
        Use(1, [.. common, .. Tokens(3, 8)]);
        Use(1, [.. branch, .. Tokens(4, 8)]);
        Use(1, [.. branch, .. Tokens(5, 8)]);
        _cache.Hottest(8, 1000).Should().ContainSingle().Which.Tokens.ToArray().Should().Equal(branch);
    }

    [Fact]
    public void TheHottestComeFirstAndBothBoundsHold()
    {
        for (int document = 1; document <= 6; document++)
        {
            for (int use = 0; use <= document; use++)
            {
                Use(1, [.. Tokens(document, 20), .. Tokens(100 + (10 * document) + use, 4)]);
            }
        }

        Documents(_cache.Hottest(8, 1000)).Should().Equal(6, 5, 4, 3, 2, 1);
        Documents(_cache.Hottest(2, 1000)).Should().Equal(6, 5);
        Documents(_cache.Hottest(8, 70)).Should().Equal(6, 5, 4);
        _cache.Hottest(0, 1000).Should().BeEmpty();
    }

    [Fact]
    public void UseFadesSoThatWhatIsAskedForNowCountsMost()
    {
        for (int use = 0; use < 4; use++)
        {
            Use(1, [.. Tokens(1, 20), .. Tokens(10 + use, 4)], seconds: 0);
        }

        for (int use = 0; use < 2; use++)
        {
            Use(1, [.. Tokens(2, 20), .. Tokens(20 + use, 4)], seconds: 600);
        }

        Documents(_cache.Hottest(8, 1000)).Should().Equal([2], "the other's four uses have counted half as much three times over");
    }

    [Fact]
    public void TenantsKeepTheirSeedsAndEvictedPagesAreNotTold()
    {
        for (int use = 0; use < 3; use++)
        {
            Use(7, [.. Tokens(1, 20), .. Tokens(10 + use, 4)]);
            Use(9, [.. Tokens(1, 20), .. Tokens(10 + use, 4)]);
        }

        _cache.Hottest(8, 1000).Select(path => path.Seed).Should().BeEquivalentTo([7UL, 9UL]);
        _cache.Evict(int.MaxValue);
        _cache.Hottest(8, 1000).Should().BeEmpty();
    }

    private static int[] Tokens(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(1000))];
    }

    private static int[] Documents(IReadOnlyList<HotPath> paths) =>
        [.. paths.Select(path => Enumerable.Range(1, 6).Single(document => path.Tokens.Span.SequenceEqual(Tokens(document, 20))))];

    /// <summary>A prompt that runs and ends; its last page is computed whether it is cached or not.</summary>
    private void Use(ulong seed, int[] tokens, double seconds = 0)
    {
        TimeSpan now = TimeSpan.FromSeconds(seconds);
        new CacheUser(_pool, _cache, seed, tokens, now).StoreAll(now).Leave(now);
        _cache.CheckIntegrity();
    }
}
