using System.Text;
using Preble.Engine.Text.Unicode;

namespace Preble.Engine.Tests.Text;

public sealed class NfcTests
{
    [Fact]
    public void TheNormalFormsOfAllCodePointsAreThoseOfPython()
    {
        // All that decompose lie below U+30000. FNV-1a over the forms that differ from their source: each code point alone, after e and before an
        // acute, and before two marks out of order.
        var hash = 0xcbf29ce484222325UL;
        for (var point = 0; point < 0x30000; point++)
        {
            if (point is (>= 0xD800 and <= 0xDFFF) || (point is >= 0xAC00 and <= 0xD7A3 && point % 7 != 0))
            {
                continue;
            }

            var c = char.ConvertFromUtf32(point);
            foreach (var text in (string[])[c, Decomposed(point), $"e{c}\u0301", $"{c}\u0323\u0307"])
            {
                foreach (var value in NfcNormalizer.TryNormalize(Encoding.UTF8.GetBytes(text)) ?? [])
                {
                    hash = (hash ^ value) * 0x100000001b3UL;
                }
            }
        }

        hash.Should().Be(0x453ebb389a4970a6UL);
    }

    [Fact]
    public void NormalizingTwiceChangesNothingMore()
    {
        var random = new Random(21);
        string[] pieces = ["a", "e", "\u0301", "\u0323", "\u0307", "\u0344", "é", "\u1100", "\u1161", "\u11a8", "가", "각", "\u0958", "\ufb1d", "𑂙", "\U000110ba", " "];
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => pieces[random.Next(pieces.Length)]));
            var bytes = Encoding.UTF8.GetBytes(text);
            var once = NfcNormalizer.TryNormalize(bytes) ?? bytes;
            NfcNormalizer.TryNormalize(once).Should().BeNull("of {0}", text);
        }
    }

    [Theory]
    [InlineData("e\u0301", "é")]
    [InlineData("a\u0307\u0323", "ạ\u0307")]
    [InlineData("\u212b", "Å")]
    [InlineData("\u1100\u1161\u11a8", "각")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("q\u0301e\u0301", "q\u0301é")]
    public void Composes(string text, string expected) =>
        Encoding.UTF8.GetString(NfcNormalizer.TryNormalize(Encoding.UTF8.GetBytes(text))!).Should().Be(expected);

    [Fact]
    public void BytesThatAreNotUtf8StayAndSeparate()
    {
        byte[] text = [(byte)'e', 0xFF, 0xCC, 0x81, (byte)'e', 0xCC, 0x81];
        NfcNormalizer.TryNormalize(text).Should().Equal((byte)'e', 0xFF, 0xCC, 0x81, 0xC3, 0xA9);
    }

    [Fact]
    public void SettledTextIsLeftAlone() => NfcNormalizer.TryNormalize("plain ASCII, é and 日本"u8).Should().BeNull();

    private static string Decomposed(int point)
    {
        var points = new List<int> { point };
        for (var i = 0; i < points.Count;)
        {
            var index = points[i] - Hangul.SyllableBase;
            if (Hangul.IsSyllable(points[i]))
            {
                points[i] = Hangul.LeadBase + (index / (Hangul.Vowels * Hangul.Tails));
                points.Insert(i + 1, Hangul.VowelBase + (index / Hangul.Tails % Hangul.Vowels));
                if (index % Hangul.Tails > 0)
                {
                    points.Insert(i + 2, Hangul.TailBase + (index % Hangul.Tails));
                }
            }
            else if (NfcTables.Instance.TryDecompose(points[i], out var parts))
            {
                points[i] = parts.First;
                points.InsertRange(i + 1, parts.Second >= 0 ? [parts.Second] : []);
            }
            else
            {
                i++;
            }
        }

        return string.Concat(points.Select(char.ConvertFromUtf32));
    }
}
