using Preble.Engine.Sampling;

namespace Preble.Engine.Tests.Sampling;

public sealed class StopMatcherTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CutsTheTextAsASearchOfTheWholeWould(bool includeStop)
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var text = Letters(random, random.Next(30));
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Letters(random, random.Next(1, 6)))];
            var matcher = new StopMatcher(stops, includeStop);
            var given = string.Concat(Pieces(random, text).Select(p => matcher.Add(p)));
            var (stop, end) = Search(text, stops);
            matcher.Found.Should().Be(stop);
            given += matcher.Flush();
            var expected = stop is null ? text : text[..(includeStop ? end : end - stop.Length)];
            given.Should().Be(expected, "of {0} with {1}", text, string.Join(' ', stops));
        }
    }

    [Fact]
    public void HoldsBackExactlyWhatMayStillBeginAStopString()
    {
        var random = new Random(2);
        for (var round = 0; round < 5000; round++)
        {
            var text = Letters(random, random.Next(20));
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Letters(random, random.Next(1, 6)))];
            if (Search(text, stops).Stop is not null)
            {
                continue;
            }

            var matcher = new StopMatcher(stops, includeStop: false);
            var given = string.Concat(Pieces(random, text).Select(p => matcher.Add(p)));
            bool MayBegin(string end) => stops.Any(s => s.StartsWith(end, StringComparison.Ordinal));
            var held = Enumerable.Range(0, text.Length + 1).First(i => i == text.Length || MayBegin(text[i..]));
            given.Should().Be(text[..held]);
        }
    }

    [Fact]
    public void WithoutStoppingAStopStringPassesAndLaterOnesAreStillFound()
    {
        var matcher = new StopMatcher(["aba"], includeStop: false);
        matcher.Add("xaba", mayStop: false).Should().Be("xab", "its last letter may begin another");
        matcher.Add("ba").Should().BeEmpty();
        matcher.Found.Should().Be("aba");
    }

    [Fact]
    public void TheFirstToEndWinsAndThenTheLongest()
    {
        var matcher = new StopMatcher(["abcd", "bc", "c"], includeStop: false);
        matcher.Add("xabcd").Should().Be("xa");
        matcher.Found.Should().Be("bc");
        matcher.Add("more").Should().BeEmpty();
        matcher.Flush().Should().BeEmpty();
    }

    [Fact]
    public void WithoutStopStringsNothingIsHeldAndNothingIsCopied()
    {
        var matcher = new StopMatcher([], includeStop: false);
        var piece = new string('x', 3);
        matcher.Add(piece).Should().BeSameAs(piece);
    }

    [Fact]
    public void AnEmptyStopStringIsRefused() =>
        FluentActions.Invoking(() => new StopMatcher(["a", ""], false)).Should().Throw<ArgumentException>();

    private static string Letters(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(2))));

    private static IEnumerable<string> Pieces(Random random, string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(random.Next(4), text.Length - start);
            yield return text.Substring(start, length);
            start += length;
        }
    }

    private static (string? Stop, int End) Search(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var found = stops.Where(s => text[..end].EndsWith(s, StringComparison.Ordinal)).MaxBy(s => s.Length);
            if (found is not null)
            {
                return (found, end);
            }
        }

        return (null, -1);
    }
}
