using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

/// <summary>Laws over random sequences of operations, integrity checked after each.</summary>
public sealed class PrefixCacheLawTests
{
    [Theory]
    [InlineData(1, 4, 12)]
    [InlineData(2, 1, 6)]
    [InlineData(3, 3, 40)]
    [InlineData(4, 2, 200)]
    [InlineData(5, 16, 24)]
    public void FindsStoresAndEvictsExactlyAsAPlainListOfPagesWould(int seed, int pageTokens, int pageCount)
    {
        var random = new Random(seed);
        var pool = new PagePool(pageCount);
        var cache = new PrefixCache(pool, pageTokens);
        var naive = new NaivePages(pageTokens);
        var reader = new EventReader();
        var users = new List<CacheUser>();
        TimeSpan now = default;
        for (int i = 0; i < 6_000; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(3));
            CacheUser? user = users.Count == 0 ? null : users[random.Next(users.Count)];
            switch (random.Next(7))
            {
                case 0 or 1 when users.Count < 8:
                    user = Enter(random, pool, cache, naive, now);
                    users.Add(user);
                    break;
                case 2 or 3 when user is not null:
                    Store(user, pool, naive, pageTokens, user.Pin.Pages + random.Next(1, 4), now);
                    break;
                case 4 when user is not null:
                    naive.Unlock(user.Pin.Seed, user.Tokens, user.Pin.Pages);
                    user.Leave(now);
                    users.Remove(user);
                    break;
                case 5:
                    ulong waiting = (ulong)random.Next(2);
                    int[] wanted = Tokens(random, pageTokens);
                    cache.Touch(waiting, wanted, now).Should().Be(naive.Touch(waiting, wanted));
                    break;
                default:
                    int pages = random.Next(1, 5);
                    cache.Evict(pages).Should().Be(naive.Evict(pages));
                    break;
            }

            cache.CheckIntegrity();
            pool.CheckIntegrity();
            cache.CachedPages.Should().Be(naive.Count);
            cache.EvictablePages.Should().Be(naive.Unlocked);
            (pool.FreeCount + cache.CachedPages).Should().Be(pageCount, "no user keeps a page that it has not stored");
            reader.Read(cache);
            reader.ShouldAgreeWith(cache.Dump());
            int[] probe = Tokens(random, pageTokens);
            ulong tenant = (ulong)random.Next(2);
            cache.Peek(tenant, probe).Pages.Should().Be(naive.Match(tenant, probe));
        }

        foreach (CacheUser user in users) user.Leave(now);
        cache.EvictablePages.Should().Be(cache.CachedPages);
        cache.Evict(int.MaxValue);
        cache.CheckIntegrity();
        pool.FreeCount.Should().Be(pageCount);
        reader.Read(cache);
        reader.Held.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TokensDecideEvenWhenAllKeysCollide(int seed)
    {
        // One key for each depth: whatever is cached first hides what differs, and nothing is ever mistaken for it.
        var random = new Random(seed);
        var pool = new PagePool(64);
        var cache = new PrefixCache(pool, 2, eventsMax: 0, (previous, _) => previous + 1);
        var held = new Dictionary<int, (ulong Seed, int[] Tokens)>();
        for (int i = 0; i < 3_000; i++)
        {
            ulong tenant = (ulong)random.Next(2);
            var user = new CacheUser(pool, cache, tenant, Tokens(random, 2));
            for (int page = 0; page < user.Pin.Pages; page++)
            {
                (ulong owner, int[] tokens) = held[user.Pages[page]];
                owner.Should().Be(tenant);
                tokens.Should().Equal(user.Tokens[..((page + 1) * 2)]);
            }

            user.StoreAll();
            for (int page = 0; page < user.Pin.Pages; page++) held[user.Pages[page]] = (tenant, user.Tokens[..((page + 1) * 2)]);
            cache.CheckIntegrity();
            user.Leave();
            int[] wanted = Tokens(random, 2);
            int found = cache.Peek(tenant, wanted).Pages;
            cache.Touch(tenant, wanted, default).Should().Be(found);
            cache.CheckIntegrity();
            if (random.Next(3) == 0) cache.Evict(random.Next(4));
            cache.CheckIntegrity();
        }

        pool.FreeCount.Should().Be(64 - cache.CachedPages);
    }

    // Few different tokens, so that prompts share, part and meet again.
    private static int[] Tokens(Random random, int pageTokens)
    {
        var tokens = new int[random.Next(1, (8 * pageTokens) + 2)];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = i % pageTokens == pageTokens - 1 ? random.Next(2) : 7;
        return tokens;
    }

    private static CacheUser Enter(Random random, PagePool pool, PrefixCache cache, NaivePages naive, TimeSpan now)
    {
        ulong tenant = (ulong)random.Next(2);
        int[] tokens = Tokens(random, cache.PageTokens);
        CachedPrefix peek = cache.Peek(tenant, tokens);
        int evictable = cache.EvictablePages;
        var user = new CacheUser(pool, cache, tenant, tokens, now);
        user.Pin.Pages.Should().Be(naive.Match(tenant, tokens)).And.Be(peek.Pages);
        (evictable - cache.EvictablePages).Should().Be(peek.EvictablePages);
        naive.Lock(tenant, tokens, 0, user.Pin.Pages);
        return user;
    }

    private static void Store(CacheUser user, PagePool pool, NaivePages naive, int pageTokens, int pages, TimeSpan now)
    {
        // What the user takes page by page, the list gives up page by page.
        int from = user.Pin.Pages;
        int to = Math.Min(pages, user.Tokens.Length / pageTokens);
        int missing = Math.Max(0, to - from - pool.FreeCount);
        int got = naive.Evict(missing);
        user.Store(to, now);
        to -= missing - got;
        user.Pin.Pages.Should().Be(Math.Max(from, to));
        naive.Store(user.Pin.Seed, user.Tokens, from, user.Pin.Pages);
    }
}
