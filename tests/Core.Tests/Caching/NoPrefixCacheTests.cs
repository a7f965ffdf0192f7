using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

public sealed class NoPrefixCacheTests
{
    [Fact]
    public void KeepsNothing()
    {
        var pool = new PagePool(32);
        var none = new NoPrefixCache(4);
        int[] tokens = [.. Enumerable.Range(1000, 20)];
        CacheUser user = new CacheUser(pool, none, seed: 42, tokens).StoreAll();
        none.Peek(42, tokens).Should().Be(default(CachedPrefix));
        none.Touch(42, tokens, default).Should().Be(0);
        user.Pin.Pages.Should().Be(0);
        none.Evict(5).Should().Be(0);
        none.CachedPages.Should().Be(0);
        user.Leave();
        pool.FreeCount.Should().Be(pool.PageCount);
        none.Dump().Paths.Should().BeEmpty();
        none.Invoking(c => c.Unpin(user.Pin, default)).Should().Throw<InvalidOperationException>();
        none.CheckIntegrity();
    }
}
