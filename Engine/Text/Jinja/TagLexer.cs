using System.Globalization;
using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>Cuts the inside of a tag into tokens.</summary>
/// <param name="source">The template.</param>
/// <param name="tokens">Where they go.</param>
internal sealed class TagLexer(JinjaSource source, List<JinjaToken> tokens)
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly Stack<char> _brackets = new();
    private int _index;

    /// <summary>Reads a tag to its end.</summary>
    /// <param name="tag">Where it begins.</param>
    /// <param name="start">Where its inside begins.</param>
    /// <param name="isOutput">Whether it is closed by }} rather than %}.</param>
    /// <returns>Where the text behind it begins, and the sign before its end.</returns>
    internal (int End, char Sign) Read(int tag, int start, bool isOutput)
    {
        _index = start;
        _brackets.Clear();
        Add(isOutput ? JinjaTokenKind.OutputBegin : JinjaTokenKind.BlockBegin, isOutput ? "{{" : "{%", tag);
        var close = isOutput ? "}}" : "%}";
        while (true)
        {
            _index = source.SkipSpace(_index);
            if (_index >= source.Length)
            {
                throw source.Error($"the tag is not closed by {close}", tag);
            }

            var sign = source[_index] == '-' || (source[_index] == '+' && !isOutput) ? source[_index] : '\0';
            if (_brackets.Count == 0 && source.IsAt(_index + (sign == '\0' ? 0 : 1), close))
            {
                Add(isOutput ? JinjaTokenKind.OutputEnd : JinjaTokenKind.BlockEnd, close, _index);
                return (_index + (sign == '\0' ? 2 : 3), sign);
            }

            ReadToken();
        }
    }

    private void ReadToken()
    {
        var start = _index;
        var first = source[start];
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
            while (source.Peek(_index) == '_' || char.IsLetterOrDigit(source.Peek(_index)))
            {
                _index++;
            }

            Add(JinjaTokenKind.Name, source.Slice(start, _index), start);
        }
        else
        {
            var found = Operators.FirstOrDefault(o => source.IsAt(start, o)) ?? throw source.Error($"unexpected character '{first}'", start);
            _index += found.Length;
            Balance(found, start);
            Add(JinjaTokenKind.Operator, found, start);
        }
    }

    /// <summary>Inside of brackets, }} and %} do not end the tag.</summary>
    private void Balance(string found, int start)
    {
        switch (found)
        {
            case "(" or "[" or "{":
                _brackets.Push(found == "(" ? ')' : found == "[" ? ']' : '}');
                break;
            case ")" or "]" or "}" when _brackets.Count == 0 || _brackets.Pop() != found[0]:
                throw source.Error($"unexpected '{found}'", start);
        }
    }

    private void ReadNumber()
    {
        var start = _index;
        SkipDigits();
        var isFloat = false;
        var isIndex = source.Peek(start - 1) == '.'; // In a.0.1 each number is an index.
        if (!isIndex && source.Peek(_index) == '.' && char.IsAsciiDigit(source.Peek(_index + 1)))
        {
            isFloat = true;
            _index++;
            SkipDigits();
        }

        if (!isIndex && source.Peek(_index) is 'e' or 'E')
        {
            var digits = _index + (source.Peek(_index + 1) is '+' or '-' ? 2 : 1);
            if (char.IsAsciiDigit(source.Peek(digits)))
            {
                isFloat = true;
                _index = digits;
                SkipDigits();
            }
        }

        var text = source.Slice(start, _index).Replace("_", "", StringComparison.Ordinal);
        Add(isFloat ? JinjaTokenKind.Float : JinjaTokenKind.Integer, text, start);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(source.Peek(_index)) || (source.Peek(_index) == '_' && char.IsAsciiDigit(source.Peek(_index + 1))))
        {
            _index++;
        }
    }

    private void ReadString(char quote)
    {
        var start = _index++;
        var value = new StringBuilder();
        while (_index < source.Length && source[_index] != quote)
        {
            if (source[_index] == '\\' && _index + 1 < source.Length)
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(source[_index++]);
            }
        }

        if (_index >= source.Length)
        {
            throw source.Error("the string is not closed", start);
        }

        _index++;
        Add(JinjaTokenKind.String, value.ToString(), start);
    }

    /// <summary>Escapes as Python has them; one that it does not know stays as written.</summary>
    private void ReadEscape(StringBuilder value)
    {
        const string names = "\\'\"abfnrtv";
        const string values = "\\'\"\a\b\f\n\r\t\v";
        var start = _index++;
        var kind = source[_index++];
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
            value.Append(ReadCodePoint(kind, kind == 'x' ? 2 : kind == 'u' ? 4 : 8, start));
        }
        else if (kind is >= '0' and <= '7')
        {
            var octal = kind - '0';
            for (var more = 0; more < 2 && source.Peek(_index) is >= '0' and <= '7'; more++)
            {
                octal = (octal * 8) + source[_index++] - '0';
            }

            value.Append((char)octal);
        }
        else
        {
            value.Append('\\').Append(kind);
        }
    }

    private string ReadCodePoint(char kind, int digits, int start)
    {
        if (_index + digits > source.Length
            || !int.TryParse(source.Text.AsSpan(_index, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
            || point is < 0 or > 0x10FFFF)
        {
            throw source.Error($"the escape \\{kind} needs {digits} hexadecimal digits of a character", start);
        }

        _index += digits;
        return point > 0xFFFF ? char.ConvertFromUtf32(point) : ((char)point).ToString();
    }

    private void Add(JinjaTokenKind kind, string text, int index) => tokens.Add(new JinjaToken(kind, text, source.PositionOf(index)));
}
