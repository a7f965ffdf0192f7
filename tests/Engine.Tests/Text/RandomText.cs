using System.Text;

namespace Preble.Engine.Tests.Text;

/// <summary>Texts and bytes that are hard on tokenizers, from a seeded source.</summary>
internal static class RandomText
{
    private static readonly string[] Pieces =
    [
        " ", "  ", "\n", "\r\n", "\t", "'s", "'RE", "'", "a", "B", "the", "ing", "Größe", "é", "e\u0301", "日本", "1", "23", "456", "²", "٣", "!", "...", "-", "_",
        "😀", "𝐀", "𝟙", "\u00a0", "\u3000", "\u200d", "\u0301", "가", "\u1100\u1161", "<|end|>", "<tool>", "<L>", "<", "|", "ſ", "\0", "\u0085", "café",
    ];

    internal static string Text(Random random, int piecesMax)
    {
        var text = new StringBuilder();
        for (var left = random.Next(piecesMax + 1); left > 0; left--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    /// <summary>Bytes that are in part UTF-8: pieces with bytes changed, cut and put in.</summary>
    internal static byte[] Bytes(Random random, int piecesMax)
    {
        var bytes = Encoding.UTF8.GetBytes(Text(random, piecesMax)).ToList();
        for (var left = random.Next(4); left > 0; left--)
        {
            var at = random.Next(bytes.Count + 1);
            bytes.InsertRange(at, Enumerable.Range(0, random.Next(3)).Select(_ => (byte)random.Next(256)));
            if (bytes.Count > 0 && random.Next(2) == 0)
            {
                bytes.RemoveAt(random.Next(bytes.Count));
            }
        }

        return [.. bytes];
    }
}
