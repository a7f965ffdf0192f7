namespace Preble.Engine.Text;

/// <summary>The white-space alternatives that the pre-tokenization patterns share.</summary>
internal static class WhitespaceRuns
{
    /// <summary>
    /// <c>\s+(?!\S)|\s+</c>: the whole run at the end of the text; before something else, all of it but its last character, which begins the next
    /// word; a single character as it is.
    /// </summary>
    internal static int End(ReadOnlySpan<byte> text, int start)
    {
        var last = start;
        var end = start;
        while (end < text.Length && TextClasses.At(text, end, out var length) == TextClass.Space)
        {
            last = end;
            end += length;
        }

        return end == text.Length || last == start ? end : last;
    }
}
