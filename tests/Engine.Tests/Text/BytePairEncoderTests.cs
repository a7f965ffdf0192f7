using Preble.Engine.Text;

namespace Preble.Engine.Tests.Text;

public sealed class BytePairEncoderTests
{
    [Fact]
    public void MergesAsTheDefinitionSays()
    {
        // Random merges over three letters, whatever order they come in, against the definition itself; lengths on both sides of the heap's
        // threshold.
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var names = new List<string> { "a", "b", "c" };
            var merges = new List<(int Left, int Right, int Merged)>();
            for (var left = random.Next(1, 14); left > 0; left--)
            {
                var (l, r) = (random.Next(names.Count), random.Next(names.Count));
                if (!names.Contains(names[l] + names[r]))
                {
                    names.Add(names[l] + names[r]);
                    merges.Insert(random.Next(merges.Count + 1), (l, r, names.Count - 1));
                }
            }

            var idOfByte = Enumerable.Range(0, 256).Select(b => b is >= 'a' and <= 'c' ? b - 'a' : -1).ToArray();
            var encoder = new BytePairEncoder(new MergeTable(merges), idOfByte, unknown: -1);
            var word = Enumerable.Range(0, random.Next(1, 150)).Select(_ => (byte)('a' + random.Next(random.Next(1, 4)))).ToArray();
            var output = new int[word.Length];
            output.AsSpan(0, encoder.Encode(word, output)).ToArray().Should().Equal(Naive(word, merges));
        }
    }

    [Fact]
    public void BytesWithoutATokenBecomeTheUnknownTokenOrAreLeftOut()
    {
        var idOfByte = Enumerable.Repeat(-1, 256).ToArray();
        idOfByte['a'] = 0;
        var output = new int[3];
        new BytePairEncoder(new MergeTable([]), idOfByte, unknown: 9).Encode("axa"u8, output).Should().Be(3);
        output.Should().Equal(0, 9, 0);
        new BytePairEncoder(new MergeTable([]), idOfByte, unknown: -1).Encode("axa"u8, output).Should().Be(2);
    }

    private static List<int> Naive(byte[] word, List<(int Left, int Right, int Merged)> merges)
    {
        var symbols = word.Select(b => b - 'a').ToList();
        while (true)
        {
            var pairs = Enumerable.Range(0, symbols.Count - 1)
                .Select(i => (Rank: merges.FindIndex(m => m.Left == symbols[i] && m.Right == symbols[i + 1]), Place: i))
                .Where(p => p.Rank >= 0)
                .ToList();
            if (pairs.Count == 0)
            {
                return symbols;
            }

            var (rank, place) = pairs.Min();
            symbols[place] = merges[rank].Merged;
            symbols.RemoveAt(place + 1);
        }
    }
}
