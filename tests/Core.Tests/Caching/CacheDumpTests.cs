using Preble.Core.Caching;

namespace Preble.Core.Tests.Caching;

public sealed class CacheDumpTests
{
    private const int PageTokens = 4;

    /// <summary>A long beginning that thousands share must not be told thousands of times: messages have a bound.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EveryPageStandsInItOnceAndEveryLongestPathCanBeReadFromIt(int seed)
    {
        var random = new Random(seed);
        var pool = new PagePool(4_000);
        var cache = new PrefixCache(pool, PageTokens);
        var prompts = new List<(ulong Tenant, int[] Tokens)>();
        for (int i = 0; i < 120; i++)
        {
            // Behind a part of an earlier prompt of the tenant, or of none.
            (ulong tenant, int[] known) = prompts.Count == 0 || random.Next(8) == 0 ? ((ulong)random.Next(2), []) : prompts[random.Next(prompts.Count)];
            int[] tokens = [.. known.Take(random.Next(known.Length + 1)), .. Enumerable.Range(0, 1 + random.Next(10 * PageTokens)).Select(_ => random.Next(1000))];
            prompts.Add((tenant, tokens));
            new CacheUser(pool, cache, tenant, tokens).StoreAll().Leave(TimeSpan.FromSeconds(i));
        }

        CacheDump dump = cache.Dump();

        PageKey[][] all = [.. prompts.Select(prompt => PageKeys.Compute(prompt.Tenant, prompt.Tokens, PageTokens)).Where(keys => keys.Length > 0)];
        HashSet<PageKey> continued = [.. all.SelectMany(keys => keys.SkipLast(1))];
        IEnumerable<string> longest = all.Where(keys => !continued.Contains(keys[^1])).Select(Text).Distinct();
        dump.WholePaths().Select(path => Text(path.ToArray())).Should().BeEquivalentTo(longest);
        dump.Paths.Sum(path => path.Keys.Length).Should().Be(cache.CachedPages);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(-1, 1)]
    [InlineData(0, 3)]
    [InlineData(0, -1)]
    public void OneThatRefersToWhatIsNotThereIsRefusedBeforeAnyOfItIsRead(int first, int shared)
    {
        PageKey[] keys = [new(1), new(2)];
        var dump = new CacheDump(1, [new CachePath(0, 0, keys), new CachePath(first, shared, keys)]);
        ((Action)(() => dump.WholePaths())).Should().Throw<ArgumentException>().WithMessage($"*shares {shared} pages with path {first}*");
    }

    private static string Text(PageKey[] keys) => string.Join(' ', keys.Select(key => key.Value));
}
