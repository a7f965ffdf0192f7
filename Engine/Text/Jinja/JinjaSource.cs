namespace Preble.Engine.Text.Jinja;

/// <summary>The text of a template, with line breaks as Jinja has them, and the positions in it.</summary>
internal sealed class JinjaSource
{
    private readonly List<int> _lineStarts = [0];

    internal JinjaSource(string template)
    {
        var text = template.ReplaceLineEndings("\n");
        Text = text.EndsWith('\n') ? text[..^1] : text;
        for (var i = 0; i < Text.Length; i++)
        {
            if (Text[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    internal string Text { get; }

    internal int Length => Text.Length;

    internal char this[int index] => Text[index];

    /// <summary>The character at an index, or NUL outside of the text.</summary>
    internal char Peek(int index) => index >= 0 && index < Text.Length ? Text[index] : '\0';

    internal string Slice(int start, int end) => Text[start..end];

    internal int IndexOf(string text, int from) => Text.IndexOf(text, from, StringComparison.Ordinal);

    internal bool IsAt(int index, string text) => index <= Text.Length && Text.AsSpan(index).StartsWith(text, StringComparison.Ordinal);

    /// <summary>The index of the first character from <paramref name="index"/> on that is no white space.</summary>
    internal int SkipSpace(int index)
    {
        while (index < Text.Length && char.IsWhiteSpace(Text[index]))
        {
            index++;
        }

        return index;
    }

    internal JinjaPosition PositionOf(int index)
    {
        var found = _lineStarts.BinarySearch(index);
        var line = found >= 0 ? found : ~found - 1;
        return new JinjaPosition(line + 1, index - _lineStarts[line] + 1);
    }

    internal ChatTemplateException Error(string problem, int index)
    {
        var at = PositionOf(index);
        return new ChatTemplateException(problem, at.Line, at.Column);
    }
}
