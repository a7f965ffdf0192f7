namespace Preble.Engine.Text;

/// <summary>
/// The GPT-2 pattern, written out:
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal sealed class Gpt2Scanner : IWordScanner
{
    public int EndOfWord(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and var suffix)
        {
            return start + 1 + suffix;
        }

        var body = start;
        var kind = TextClasses.At(text, start, out var length);
        if (text[start] == ' ' && start + 1 < text.Length)
        {
            var next = TextClasses.At(text, start + 1, out var nextLength);
            if (next != TextClass.Space)
            {
                (body, kind, length) = (start + 1, next, nextLength);
            }
        }

        return kind == TextClass.Space ? WhitespaceRuns.End(text, start) : TextClasses.SkipRun(text, body + length, kind);
    }

    /// <summary>Length of the contraction's letters, 0 if there is none.</summary>
    private static int Contraction(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..])
        {
            return 1;
        }

        return text.StartsWith("re"u8) || text.StartsWith("ve"u8) || text.StartsWith("ll"u8) ? 2 : 0;
    }
}
