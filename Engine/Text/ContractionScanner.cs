namespace Preble.Engine.Text;

/// <summary>
/// The patterns of Llama 3 and Qwen 2, which differ only in how many digits go together, written out:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <param name="digitsMax">Most digits in a word: 3 for Llama 3, 1 for Qwen 2.</param>
internal sealed class ContractionScanner(int digitsMax) : IWordScanner
{
    public int EndOfWord(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and var suffix)
        {
            return start + 1 + suffix;
        }

        var kind = TextClasses.At(text, start, out var length);
        var second = start + length;
        switch (kind)
        {
            case TextClass.Letter:
                return TextClasses.SkipRun(text, second, TextClass.Letter);
            case TextClass.Number:
                return EndOfDigits(text, second);
        }

        // 1. One character that is no line break goes with the letters behind it.
        var next = second < text.Length ? TextClasses.At(text, second, out var nextLength) : TextClass.Space;
        if (next == TextClass.Letter && text[start] is not ((byte)'\r' or (byte)'\n'))
        {
            return TextClasses.SkipRun(text, second, TextClass.Letter);
        }

        // 2. Symbols, with a space before them and the line breaks behind them.
        if (kind == TextClass.Other || (text[start] == ' ' && second < text.Length && next == TextClass.Other))
        {
            var end = TextClasses.SkipRun(text, kind == TextClass.Other ? start : second, TextClass.Other);
            while (end < text.Length && text[end] is ((byte)'\r' or (byte)'\n'))
            {
                end++;
            }

            return end;
        }

        // 3. White space up to its last line break; without one, as in GPT-2.
        var spaceEnd = TextClasses.SkipRun(text, second, TextClass.Space);
        var lineBreak = text[start..spaceEnd].LastIndexOfAny((byte)'\r', (byte)'\n');
        return lineBreak >= 0 ? start + lineBreak + 1 : WhitespaceRuns.End(text, start);
    }

    private int EndOfDigits(ReadOnlySpan<byte> text, int index)
    {
        for (var digits = 1; digits < digitsMax && index < text.Length && TextClasses.At(text, index, out var length) == TextClass.Number; digits++)
        {
            index += length;
        }

        return index;
    }

    /// <summary>
    /// Length of the contraction's letters in bytes, 0 if there is none. Case is ignored by Unicode folding, so the long s counts as s.
    /// </summary>
    private static int Contraction(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var second = text.Length > 1 ? text[1] | 0x20 : 0;
        return (text[0] | 0x20) switch
        {
            's' or 't' or 'm' or 'd' => 1,
            'r' or 'v' when second == 'e' => 2,
            'l' when second == 'l' => 2,
            _ => text.StartsWith("ſ"u8) ? 2 : 0,
        };
    }
}
