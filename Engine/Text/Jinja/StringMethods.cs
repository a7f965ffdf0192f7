using System.Globalization;
using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>Python's methods of strings, those that templates use.</summary>
internal static class StringMethods
{
    private static readonly Dictionary<string, Func<RenderContext, string, JinjaArguments, object?>> Methods = new(StringComparer.Ordinal)
    {
        ["strip"] = (c, s, a) => c.Made(Strip(s, a.Bind("strip", 0, "chars")[0], true, true)),
        ["lstrip"] = (c, s, a) => c.Made(Strip(s, a.Bind("lstrip", 0, "chars")[0], true, false)),
        ["rstrip"] = (c, s, a) => c.Made(Strip(s, a.Bind("rstrip", 0, "chars")[0], false, true)),
        ["upper"] = (c, s, a) => c.Made(Plain("upper", a, s.ToUpperInvariant())),
        ["lower"] = (c, s, a) => c.Made(Plain("lower", a, s.ToLowerInvariant())),
        ["title"] = (c, s, a) => c.Made(Plain("title", a, Title(s))),
        ["capitalize"] = (c, s, a) => c.Made(Plain("capitalize", a, Capitalize(s))),
        ["isdigit"] = (_, s, a) => Plain("isdigit", a, s).Length > 0 && s.All(char.IsDigit),
        ["isnumeric"] = (_, s, a) => Plain("isnumeric", a, s).Length > 0 && s.All(char.IsNumber),
        ["isalpha"] = (_, s, a) => Plain("isalpha", a, s).Length > 0 && s.EnumerateRunes().All(Rune.IsLetter),
        ["isalnum"] = (_, s, a) => Plain("isalnum", a, s).Length > 0 && s.EnumerateRunes().All(Rune.IsLetterOrDigit),
        ["isspace"] = (_, s, a) => Plain("isspace", a, s).Length > 0 && s.All(PythonText.IsSpace),
        ["isupper"] = (_, s, a) => Plain("isupper", a, s).Any(char.IsUpper) && !s.Any(char.IsLower),
        ["islower"] = (_, s, a) => Plain("islower", a, s).Any(char.IsLower) && !s.Any(char.IsUpper),
        ["startswith"] = (_, s, a) => AnyAffix(a.Bind("startswith", 1, "prefix")[0], p => s.StartsWith(p, StringComparison.Ordinal)),
        ["endswith"] = (_, s, a) => AnyAffix(a.Bind("endswith", 1, "suffix")[0], p => s.EndsWith(p, StringComparison.Ordinal)),
        ["removeprefix"] = (_, s, a) => WithoutPrefix(s, Text(a.Bind("removeprefix", 1, "prefix")[0])),
        ["removesuffix"] = (_, s, a) => WithoutSuffix(s, Text(a.Bind("removesuffix", 1, "suffix")[0])),
        ["split"] = (c, s, a) => Split(c, s, a, "split"),
        ["rsplit"] = (c, s, a) => Split(c, s, a, "rsplit"),
        ["splitlines"] = (c, s, a) => c.List(Lines(s, a.Bind("splitlines", 0, "keepends")[0] is var k && !IsMissing(k) && JinjaValue.IsTrue(k))),
        ["partition"] = (_, s, a) => Partition(s, Text(a.Bind("partition", 1, "sep")[0]), last: false),
        ["rpartition"] = (_, s, a) => Partition(s, Text(a.Bind("rpartition", 1, "sep")[0]), last: true),
        ["join"] = (c, s, a) => Join(c, s, a.Bind("join", 1, "iterable")[0]),
        ["replace"] = (c, s, a) => Replace(c, s, a),
        ["find"] = (_, s, a) => Find(s, s.IndexOf(Text(a.Bind("find", 1, "sub")[0]), StringComparison.Ordinal)),
        ["rfind"] = (_, s, a) => Find(s, s.LastIndexOf(Text(a.Bind("rfind", 1, "sub")[0]), StringComparison.Ordinal)),
        ["index"] = (_, s, a) => Find(s, s.IndexOf(Text(a.Bind("index", 1, "sub")[0]), StringComparison.Ordinal)) is >= 0 and var at
            ? at
            : throw new JinjaException("the string to find is not there"),
        ["count"] = (_, s, a) => Text(a.Bind("count", 1, "sub")[0]) is { Length: > 0 } sub ? s.AsSpan().Count(sub) : PythonText.Length(s) + 1L,
        ["zfill"] = (c, s, a) => ZeroFill(c, s, JinjaValue.Integer(a.Bind("zfill", 1, "width")[0], "the width")),
    };

    internal static JinjaCallable? TryGet(string text, string name) =>
        Methods.TryGetValue(name, out var method) ? new JinjaCallable(name, (c, a) => method(c, text, a)) : null;

    internal static string Strip(string text, object? chars, bool left, bool right)
    {
        Func<char, bool> drop = IsMissing(chars) || chars is null ? PythonText.IsSpace : Text(chars).Contains;
        var (start, end) = (0, text.Length);
        while (left && start < end && drop(text[start]))
        {
            start++;
        }

        while (right && end > start && drop(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    internal static string Capitalize(string text)
    {
        var first = text.Length > 1 && char.IsSurrogatePair(text[0], text[1]) ? 2 : Math.Min(1, text.Length);
        return text[..first].ToUpperInvariant() + text[first..].ToLowerInvariant();
    }

    internal static string Replace(RenderContext context, string text, JinjaArguments arguments)
    {
        var bound = arguments.Bind("replace", 2, "old", "new", "count");
        var (old, replacement) = (PythonText.Of(bound[0]), PythonText.Of(bound[1]));
        var limit = IsMissing(bound[2]) || bound[2] is null ? -1 : JinjaValue.Integer(bound[2], "the count");
        if (old.Length == 0)
        {
            return ReplaceEverywhere(context, text, replacement, limit);
        }

        var parts = SplitAt(text, old, limit < 0 ? long.MaxValue : limit, fromRight: false);
        context.Make(text.Length + ((long)(parts.Count - 1) * Math.Max(0, replacement.Length - old.Length)));
        return string.Join(replacement, parts);
    }

    internal static IEnumerable<string> Lines(string text, bool keepEnds)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") is >= 0 and var at ? start + at : text.Length;
            var next = end == text.Length ? end : text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            yield return text[start..(keepEnds ? next : end)];
            start = next;
        }
    }

    private static string ReplaceEverywhere(RenderContext context, string text, string replacement, long limit)
    {
        var characters = PythonText.Characters(text);
        var places = limit < 0 ? characters.Count + 1L : Math.Min(limit, characters.Count + 1L);
        context.Make(text.Length + (places * replacement.Length));
        return string.Concat(characters.Append("").Select((c, i) => i < places ? replacement + c : c));
    }

    private static object Split(RenderContext context, string text, JinjaArguments arguments, string name)
    {
        var bound = arguments.Bind(name, 0, "sep", "maxsplit");
        var given = IsMissing(bound[1]) ? -1 : JinjaValue.Integer(bound[1], "maxsplit");
        var limit = given < 0 ? long.MaxValue : given;
        if (IsMissing(bound[0]) || bound[0] is null)
        {
            return context.List(name == "split" ? Words(text, limit) : LastWords(text, limit));
        }

        var separator = Text(bound[0]);
        return separator.Length > 0 ? context.List(SplitAt(text, separator, limit, name == "rsplit")) : throw new JinjaException("empty separator");
    }

    private static List<string> SplitAt(string text, string separator, long limit, bool fromRight)
    {
        var parts = new List<string>();
        var (start, end) = (0, text.Length);
        while (parts.Count < limit)
        {
            var at = fromRight
                ? text.AsSpan(0, end).LastIndexOf(separator)
                : text.AsSpan(start).IndexOf(separator) is >= 0 and var found ? start + found : -1;
            if (at < 0)
            {
                break;
            }

            parts.Add(fromRight ? text[(at + separator.Length)..end] : text[start..at]);
            (start, end) = fromRight ? (start, at) : (at + separator.Length, end);
        }

        parts.Add(text[start..end]);
        if (fromRight)
        {
            parts.Reverse();
        }

        return parts;
    }

    private static string WithoutPrefix(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;

    private static string WithoutSuffix(string text, string suffix) =>
        text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;

    private static IEnumerable<string> Words(string text, long limit)
    {
        var start = 0;
        for (var words = 0L; ; words++)
        {
            while (start < text.Length && PythonText.IsSpace(text[start]))
            {
                start++;
            }

            if (start == text.Length)
            {
                yield break;
            }

            if (words == limit)
            {
                yield return text[start..];
                yield break;
            }

            var end = start;
            while (end < text.Length && !PythonText.IsSpace(text[end]))
            {
                end++;
            }

            yield return text[start..end];
            start = end;
        }
    }

    private static IEnumerable<string> LastWords(string text, long limit)
    {
        var reversed = Words(new string([.. text.Reverse()]), limit).Select(w => new string([.. w.Reverse()])).ToList();
        reversed.Reverse();
        return reversed;
    }

    private static JinjaList Partition(string text, string separator, bool last)
    {
        if (separator.Length == 0)
        {
            throw new JinjaException("empty separator");
        }

        var at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? JinjaList.Tuple(text[..at], separator, text[(at + separator.Length)..])
            : last ? JinjaList.Tuple("", "", text) : JinjaList.Tuple(text, "", "");
    }

    private static string Join(RenderContext context, string separator, object? items)
    {
        var parts = JinjaValue.Iterate(items).Select(i => JinjaValue.String(i, "an item to join")).ToList();
        context.Make(parts.Sum(p => (long)p.Length + separator.Length));
        return string.Join(separator, parts);
    }

    private static bool AnyAffix(object? affix, Func<string, bool> matches) =>
        affix is JinjaList { IsTuple: true } any ? any.Any(a => matches(Text(a))) : matches(Text(affix));

    private static long Find(string text, int at) => at < 0 ? -1 : PythonText.Length(text[..at]);

    private static string ZeroFill(RenderContext context, string text, long width)
    {
        var zeros = Math.Max(0, width - PythonText.Length(text));
        context.Make(text.Length + zeros);
        var sign = text.StartsWith('-') || text.StartsWith('+') ? 1 : 0;
        return text[..sign] + new string('0', (int)zeros) + text[sign..];
    }

    private static string Title(string text)
    {
        var result = text.ToCharArray();
        for (var i = 0; i < result.Length; i++)
        {
            var inside = i > 0 && char.IsLetter(text[i - 1]);
            result[i] = inside ? char.ToLower(result[i], CultureInfo.InvariantCulture) : char.ToUpper(result[i], CultureInfo.InvariantCulture);
        }

        return new string(result);
    }

    private static string Text(object? value) => JinjaValue.String(value, "the argument");

    private static T Plain<T>(string name, JinjaArguments arguments, T result)
    {
        arguments.Bind(name, 0);
        return result;
    }

    private static bool IsMissing(object? value) => ReferenceEquals(value, JinjaArguments.Missing);
}
