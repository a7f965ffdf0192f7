using System.Globalization;
using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>
/// Cuts a template into tokens. White space as Jinja with trim_blocks and lstrip_blocks, which is how Hugging Face compiles chat templates: the line
/// break behind a block or comment goes, and so does the indentation of one that begins its line, unless <c>+</c> says otherwise; <c>-</c> takes all
/// white space on its side.
/// </summary>
internal sealed class JinjaLexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<JinjaToken> _tokens = [];
    private readonly StringBuilder _text = new();
    private readonly List<int> _lineStarts = [0];
    private JinjaPosition _textAt = new(1, 1);
    private int _index;

    private JinjaLexer(string template)
    {
        _source = template.ReplaceLineEndings("\n");
        _source = _source.EndsWith('\n') ? _source[..^1] : _source;
        for (var i = 0; i < _source.Length; i++)
        {
            if (_source[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The tokens of a template, the last of them <see cref="JinjaTokenKind.End"/>. Throws <see cref="ChatTemplateException"/>.</summary>
    internal static List<JinjaToken> Tokenize(string template)
    {
        if (template.Length > JinjaLimits.TemplateCharsMax)
        {
            throw new ChatTemplateException($"{template.Length} characters are over the limit of {JinjaLimits.TemplateCharsMax}", 1, 1);
        }

        var lexer = new JinjaLexer(template);
        lexer.ReadTemplate();
        return lexer._tokens;
    }

    private void ReadTemplate()
    {
        var lineStarting = true; // Whether what has been read so far ended its line, so that a tag here may begin one.
        while (true)
        {
            var tag = NextTag();
            var text = _source[_index..tag];
            if (tag == _source.Length)
            {
                AddText(text);
                FlushText();
                Add(JinjaTokenKind.End, "", tag);
                return;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : '\0';
            AddText(sign == '-' ? text.TrimEnd() : kind != '{' && sign != '+' ? WithoutIndentation(text, lineStarting) : text);
            _index = tag + (sign == '\0' ? 2 : 3);
            switch (kind)
            {
                case '#':
                    ReadComment(tag);
                    break;
                case '%' when TryReadRaw(tag):
                    break;
                default:
                    FlushText();
                    ReadTag(tag, kind == '{');
                    break;
            }

            lineStarting = _source[_index - 1] == '\n';
        }
    }

    private int NextTag()
    {
        for (var i = _source.IndexOf('{', _index); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return _source.Length;
    }

    private static string WithoutIndentation(string text, bool lineStarting)
    {
        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || lineStarting) && string.IsNullOrWhiteSpace(text[line..]) ? text[..line] : text;
    }

    private void ReadComment(int tag)
    {
        var end = _source.IndexOf("#}", _index, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error("the comment is not closed", tag);
        }

        // In {#-#} the sign belongs to the beginning, not to the end.
        var sign = end > _index ? _source[end - 1] : '\0';
        _index = end + 2;
        SkipAfterTag(sign);
    }

    /// <summary>{% raw %} … {% endraw %}: all between is text.</summary>
    private bool TryReadRaw(int tag)
    {
        var begin = SkipSpace(_index);
        if (!IsWordAt(begin, "raw"))
        {
            return false;
        }

        begin = SkipSpace(begin + 3);
        var stripsBegin = begin < _source.Length && _source[begin] == '-';
        begin += stripsBegin ? 1 : 0;
        if (!At(begin, "%}"))
        {
            return false;
        }

        begin += 2;
        for (var end = _source.IndexOf("{%", begin, StringComparison.Ordinal); end >= 0; end = _source.IndexOf("{%", end + 2, StringComparison.Ordinal))
        {
            var sign = end + 2 < _source.Length && _source[end + 2] is '-' or '+' ? _source[end + 2] : '\0';
            var word = SkipSpace(end + (sign == '\0' ? 2 : 3));
            if (!IsWordAt(word, "endraw"))
            {
                continue;
            }

            var close = SkipSpace(word + "endraw".Length);
            var closeSign = close < _source.Length && _source[close] is '-' or '+' ? _source[close] : '\0';
            close += closeSign == '\0' ? 0 : 1;
            if (!At(close, "%}"))
            {
                continue;
            }

            var text = stripsBegin ? _source[begin..end].TrimStart() : _source[begin..end];
            AddText(sign == '-' ? text.TrimEnd() : sign != '+' ? WithoutIndentation(text, _source[begin - 1] == '\n') : text);
            _index = close + 2;
            SkipAfterTag(closeSign);
            return true;
        }

        throw Error("the raw block is not closed", tag);
    }

    private void ReadTag(int tag, bool isOutput)
    {
        Add(isOutput ? JinjaTokenKind.OutputBegin : JinjaTokenKind.BlockBegin, isOutput ? "{{" : "{%", tag);
        var brackets = new Stack<char>();
        var close = isOutput ? "}}" : "%}";
        while (true)
        {
            _index = SkipSpace(_index);
            if (_index >= _source.Length)
            {
                throw Error($"the tag is not closed by {close}", tag);
            }

            if (brackets.Count == 0)
            {
                var sign = _source[_index] is '-' || (_source[_index] is '+' && !isOutput) ? _source[_index] : '\0';
                if (At(_index + (sign == '\0' ? 0 : 1), close))
                {
                    Add(isOutput ? JinjaTokenKind.OutputEnd : JinjaTokenKind.BlockEnd, close, _index);
                    _index += sign == '\0' ? 2 : 3;
                    SkipAfterTag(isOutput && sign == '\0' ? '+' : sign);
                    return;
                }
            }

            ReadToken(brackets);
        }
    }

    private void ReadToken(Stack<char> brackets)
    {
        var start = _index;
        var first = _source[start];
        if (char.IsAsciiDigit(first))
        {
            ReadNumber();
        }
        else if (first is '"' or '\'')
        {
            ReadString(first);
        }
        else if (first == '_' || char.IsLetter(first))
        {
            while (_index < _source.Length && (_source[_index] == '_' || char.IsLetterOrDigit(_source[_index])))
            {
                _index++;
            }

            Add(JinjaTokenKind.Name, _source[start.._index], start);
        }
        else
        {
            var found = Operators.FirstOrDefault(o => At(start, o)) ?? throw Error($"unexpected character '{first}'", start);
            _index += found.Length;
            Balance(found, brackets, start);
            Add(JinjaTokenKind.Operator, found, start);
        }
    }

    private void Balance(string found, Stack<char> brackets, int start)
    {
        switch (found)
        {
            case "(" or "[" or "{":
                brackets.Push(found == "(" ? ')' : found == "[" ? ']' : '}');
                break;
            case ")" or "]" or "}" when brackets.Count == 0 || brackets.Pop() != found[0]:
                throw Error($"unexpected '{found}'", start);
        }
    }

    private void ReadNumber()
    {
        var start = _index;
        SkipDigits();
        var isFloat = false;
        var isIndex = start > 0 && _source[start - 1] == '.'; // In a.0.1 each number is an index.
        if (!isIndex && _index + 1 < _source.Length && _source[_index] == '.' && char.IsAsciiDigit(_source[_index + 1]))
        {
            isFloat = true;
            _index++;
            SkipDigits();
        }

        if (!isIndex && _index < _source.Length && _source[_index] is 'e' or 'E')
        {
            var digits = _index + 1 < _source.Length && _source[_index + 1] is '+' or '-' ? _index + 2 : _index + 1;
            if (digits < _source.Length && char.IsAsciiDigit(_source[digits]))
            {
                isFloat = true;
                _index = digits;
                SkipDigits();
            }
        }

        Add(isFloat ? JinjaTokenKind.Float : JinjaTokenKind.Integer, _source[start.._index].Replace("_", "", StringComparison.Ordinal), start);
    }

    private void SkipDigits()
    {
        while (_index < _source.Length && (char.IsAsciiDigit(_source[_index]) || (_source[_index] == '_' && char.IsAsciiDigit(_source[_index - 1]))))
        {
            _index++;
        }
    }

    private void ReadString(char quote)
    {
        var start = _index++;
        var value = new StringBuilder();
        while (_index < _source.Length && _source[_index] != quote)
        {
            if (_source[_index] == '\\' && _index + 1 < _source.Length)
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(_source[_index++]);
            }
        }

        if (_index >= _source.Length)
        {
            throw Error("the string is not closed", start);
        }

        _index++;
        Add(JinjaTokenKind.String, value.ToString(), start);
    }

    /// <summary>Escapes as Python has them; one that it does not know stays as written.</summary>
    private void ReadEscape(StringBuilder value)
    {
        var start = _index++;
        var kind = _source[_index++];
        const string names = "\\'\"abfnrtv";
        const string values = "\\'\"\a\b\f\n\r\t\v";
        if (kind == '\n')
        {
            return;
        }

        if (names.IndexOf(kind, StringComparison.Ordinal) is >= 0 and var at)
        {
            value.Append(values[at]);
        }
        else if (kind is 'x' or 'u' or 'U')
        {
            var digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
            if (_index + digits > _source.Length
                || !int.TryParse(_source.AsSpan(_index, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || point is < 0 or > 0x10FFFF)
            {
                throw Error($"the escape \\{kind} needs {digits} hexadecimal digits of a character", start);
            }

            _index += digits;
            value.Append(point > 0xFFFF ? char.ConvertFromUtf32(point) : ((char)point).ToString());
        }
        else if (kind is >= '0' and <= '7')
        {
            var octal = kind - '0';
            for (var more = 0; more < 2 && _index < _source.Length && _source[_index] is >= '0' and <= '7'; more++)
            {
                octal = (octal * 8) + _source[_index++] - '0';
            }

            value.Append((char)octal);
        }
        else
        {
            value.Append('\\').Append(kind);
        }
    }

    private void SkipAfterTag(char sign)
    {
        if (sign == '-')
        {
            _index = SkipSpace(_index);
        }
        else if (sign != '+' && At(_index, "\n"))
        {
            _index++;
        }
    }

    private int SkipSpace(int index)
    {
        while (index < _source.Length && char.IsWhiteSpace(_source[index]))
        {
            index++;
        }

        return index;
    }

    private bool At(int index, string text) => index <= _source.Length && _source.AsSpan(index).StartsWith(text, StringComparison.Ordinal);

    private bool IsWordAt(int index, string word) =>
        At(index, word) && (index + word.Length >= _source.Length || !char.IsLetterOrDigit(_source[index + word.Length]));

    private void AddText(string text)
    {
        _textAt = _text.Length == 0 ? PositionOf(_index) : _textAt;
        _text.Append(text);
    }

    private void FlushText()
    {
        if (_text.Length > 0)
        {
            _tokens.Add(new JinjaToken(JinjaTokenKind.Text, _text.ToString(), _textAt));
            _text.Clear();
        }
    }

    private void Add(JinjaTokenKind kind, string text, int index) => _tokens.Add(new JinjaToken(kind, text, PositionOf(index)));

    private ChatTemplateException Error(string problem, int index)
    {
        var at = PositionOf(index);
        return new ChatTemplateException(problem, at.Line, at.Column);
    }

    private JinjaPosition PositionOf(int index)
    {
        var line = _lineStarts.BinarySearch(index) is >= 0 and var exact ? exact : ~_lineStarts.BinarySearch(index) - 1;
        return new JinjaPosition(line + 1, index - _lineStarts[line] + 1);
    }
}
