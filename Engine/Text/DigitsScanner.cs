namespace Preble.Engine.Text;

/// <summary>The <c>Digits</c> step: numbers apart from everything else.</summary>
/// <param name="individual">Whether each digit is a word by itself.</param>
internal sealed class DigitsScanner(bool individual) : IWordScanner
{
    public int EndOfWord(ReadOnlySpan<byte> text, int start)
    {
        var number = TextClasses.At(text, start, out var length) == TextClass.Number;
        var end = start + length;
        if (number && individual)
        {
            return end;
        }

        while (end < text.Length && TextClasses.At(text, end, out length) == TextClass.Number == number)
        {
            end += length;
        }

        return end;
    }
}
