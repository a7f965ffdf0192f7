namespace Preble.Engine.Text.Jinja;

/// <summary>The tokens of a template, read one by one, with a limit on how deep the parser may nest.</summary>
internal sealed class TokenCursor(List<JinjaToken> tokens)
{
    private int _index;
    private int _depth;

    internal JinjaToken Current => tokens[_index];

    internal JinjaToken Following => tokens[Math.Min(_index + 1, tokens.Count - 1)];

    internal JinjaToken Next() => tokens[_index < tokens.Count - 1 ? _index++ : _index];

    internal bool IsOperator(string text) => Current.Is(JinjaTokenKind.Operator, text);

    internal bool IsName(string text) => Current.Is(JinjaTokenKind.Name, text);

    internal bool SkipOperator(string text) => Skip(IsOperator(text));

    internal bool SkipName(string text) => Skip(IsName(text));

    internal void ExpectOperator(string text)
    {
        if (!SkipOperator(text))
        {
            throw Unexpected($"'{text}'");
        }
    }

    internal void Expect(JinjaTokenKind kind, string wanted)
    {
        if (!Skip(Current.Kind == kind))
        {
            throw Unexpected(wanted);
        }
    }

    internal string ExpectName() => Current.Kind == JinjaTokenKind.Name ? Next().Text : throw Unexpected("a name");

    /// <summary>Parses one level deeper.</summary>
    internal T Nested<T>(Func<T> parse)
    {
        if (++_depth > JinjaLimits.NestingMax)
        {
            throw Error($"nested more than {JinjaLimits.NestingMax} deep");
        }

        var result = parse();
        _depth--;
        return result;
    }

    internal ChatTemplateException Unexpected(string wanted) => Error($"{wanted} is wanted, not {Current}");

    internal ChatTemplateException Error(string problem) => new(problem, Current.At.Line, Current.At.Column);

    private bool Skip(bool matches)
    {
        _index += matches ? 1 : 0;
        return matches;
    }
}
