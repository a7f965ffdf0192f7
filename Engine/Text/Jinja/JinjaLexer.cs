using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>
/// Cuts a template into tokens. White space as Jinja with trim_blocks and lstrip_blocks, which is how Hugging Face compiles chat templates: the line
/// break behind a block or comment goes, and so does the indentation of one that begins its line, unless <c>+</c> says otherwise; <c>-</c> takes all
/// white space on its side.
/// </summary>
internal sealed class JinjaLexer
{
    private readonly JinjaSource _source;
    private readonly List<JinjaToken> _tokens = [];
    private readonly TagLexer _tags;
    private readonly StringBuilder _text = new();
    private JinjaPosition _textAt = new(1, 1);
    private int _index;

    private JinjaLexer(string template)
    {
        _source = new JinjaSource(template);
        _tags = new TagLexer(_source, _tokens);
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
            var text = _source.Slice(_index, tag);
            if (tag == _source.Length)
            {
                AddText(text);
                FlushText();
                _tokens.Add(new JinjaToken(JinjaTokenKind.End, "", _source.PositionOf(tag)));
                return;
            }

            var kind = _source[tag + 1];
            var sign = SignAt(tag + 2);
            AddText(Before(text, kind == '{' && sign == '\0' ? '+' : sign, lineStarting));
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
                    (_index, var endSign) = _tags.Read(tag, _index, isOutput: kind == '{');
                    SkipAfterTag(kind == '{' && endSign == '\0' ? '+' : endSign);
                    break;
            }

            lineStarting = _source[_index - 1] == '\n';
        }
    }

    private int NextTag()
    {
        for (var i = _source.IndexOf("{", _index); i >= 0; i = _source.IndexOf("{", i + 1))
        {
            if (_source.Peek(i + 1) is '{' or '%' or '#')
            {
                return i;
            }
        }

        return _source.Length;
    }

    /// <summary>
    /// What a tag leaves of the text before it: all for '+', all but white space at its end for '-', all but the tag's indentation otherwise.
    /// </summary>
    private static string Before(string text, char sign, bool lineStarting)
    {
        if (sign != '\0')
        {
            return sign == '-' ? text.TrimEnd() : text;
        }

        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || lineStarting) && string.IsNullOrWhiteSpace(text[line..]) ? text[..line] : text;
    }

    private void ReadComment(int tag)
    {
        var end = _source.IndexOf("#}", _index);
        if (end < 0)
        {
            throw _source.Error("the comment is not closed", tag);
        }

        // In {#-#} the sign belongs to the beginning, not to the end.
        var sign = end > _index ? _source[end - 1] : '\0';
        _index = end + 2;
        SkipAfterTag(sign);
    }

    /// <summary>{% raw %} … {% endraw %}: all between is text.</summary>
    private bool TryReadRaw(int tag)
    {
        if (TagEnd("raw", _index) is not { } begin)
        {
            return false;
        }

        for (var end = _source.IndexOf("{%", begin.Index); end >= 0; end = _source.IndexOf("{%", end + 2))
        {
            var sign = SignAt(end + 2);
            if (TagEnd("endraw", end + (sign == '\0' ? 2 : 3)) is { } close)
            {
                var text = _source.Slice(begin.Sign == '-' ? Math.Min(_source.SkipSpace(begin.Index), end) : begin.Index, end);
                AddText(Before(text, sign, lineStarting: false));
                _index = close.Index;
                SkipAfterTag(close.Sign);
                return true;
            }
        }

        throw _source.Error("the raw block is not closed", tag);
    }

    /// <summary>Where a tag ends that holds one word and no more; null if it is not such a tag.</summary>
    private (int Index, char Sign)? TagEnd(string word, int index)
    {
        index = _source.SkipSpace(index);
        if (!_source.IsAt(index, word))
        {
            return null;
        }

        index = _source.SkipSpace(index + word.Length);
        var sign = SignAt(index);
        index += sign == '\0' ? 0 : 1;
        return _source.IsAt(index, "%}") ? (index + 2, sign) : null;
    }

    private char SignAt(int index) => _source.Peek(index) is '-' or '+' ? _source.Peek(index) : '\0';

    private void SkipAfterTag(char sign)
    {
        if (sign == '-')
        {
            _index = _source.SkipSpace(_index);
        }
        else if (sign != '+' && _source.Peek(_index) == '\n')
        {
            _index++;
        }
    }

    private void AddText(string text)
    {
        _textAt = _text.Length == 0 ? _source.PositionOf(_index) : _textAt;
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
}
