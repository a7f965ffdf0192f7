using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

public sealed class PagePoolTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 64)]
    public void ReferencesAndFreePagesAreThoseOfAPlainCount(int seed, int pageCount)
    {
        var random = new Random(seed);
        var pool = new PagePool(pageCount);
        var references = new Dictionary<int, int>();
        for (int i = 0; i < 20_000; i++)
        {
            int known = references.Count == 0 ? -1 : references.Keys.ElementAt(random.Next(references.Count));
            switch (random.Next(3))
            {
                case 0:
                    pool.TryTake(out int page).Should().Be(references.Count < pageCount);
                    if (page >= 0) references.Add(page, 1);
                    break;
                case 1 when known >= 0:
                    pool.AddReference(known);
                    references[known]++;
                    break;
                case 2 when known >= 0:
                    bool last = --references[known] == 0;
                    pool.Release(known).Should().Be(last);
                    if (last) references.Remove(known);
                    break;
            }

            pool.FreeCount.Should().Be(pageCount - references.Count);
            pool.CheckIntegrity();
        }

        foreach ((int page, int count) in references) pool.References(page).Should().Be(count);
    }

    [Fact]
    public void RunningOutIsAnAnswer()
    {
        var pool = new PagePool(2);
        pool.TryTake(out int first).Should().BeTrue();
        pool.TryTake(out int second).Should().BeTrue();
        second.Should().NotBe(first);
        pool.TryTake(out int none).Should().BeFalse();
        none.Should().Be(-1);
    }

    [Fact]
    public void ReleasingAFreePageThrows()
    {
        var pool = new PagePool(2);
        pool.TryTake(out int page);
        pool.Release(page).Should().BeTrue();
        pool.Invoking(p => p.Release(page)).Should().Throw<InvalidOperationException>();
        pool.Invoking(p => p.Release(1)).Should().Throw<InvalidOperationException>();
        pool.CheckIntegrity();
    }

    [Fact]
    public void SharingAFreePageThrows()
    {
        var pool = new PagePool(1);
        pool.Invoking(p => p.AddReference(0)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void APageThatThePoolDoesNotHaveThrows()
    {
        var pool = new PagePool(1);
        pool.Invoking(p => p.Release(1)).Should().Throw<IndexOutOfRangeException>();
        pool.Invoking(p => p.AddReference(-1)).Should().Throw<IndexOutOfRangeException>();
    }
}
