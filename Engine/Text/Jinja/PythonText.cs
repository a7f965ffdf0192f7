using System.Globalization;
using System.Numerics;
using System.Text;

namespace Preble.Engine.Text.Jinja;

/// <summary>Strings as Python has them, which are sequences of code points, and the text of other values (<c>str</c> and <c>repr</c>).</summary>
internal static class PythonText
{
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary>Length in code points.</summary>
    internal static int Length(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Each code point as a string.</summary>
    internal static IReadOnlyList<string> Characters(string text)
    {
        var characters = new List<string>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            characters.Add(text.Substring(i, length));
            i += length;
        }

        return characters;
    }

    /// <summary>The part of a text between two places, both counted in code points and inside of it.</summary>
    internal static string Slice(string text, long start, long end)
    {
        var from = Offset(text, 0, start);
        return text[from..Offset(text, from, end - start)];
    }

    /// <summary>Order by code points.</summary>
    internal static int Compare(string left, string right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (left[i] != right[i])
            {
                // UTF-16 puts the surrogates of higher planes below U+E000.
                var (a, b) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
                return a == b ? left[i].CompareTo(right[i]) : a ? 1 : -1;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>What <c>{{ value }}</c> prints.</summary>
    internal static string Of(object? value) => value switch
    {
        string text => text,
        JinjaUndefined => "",
        _ => Repr(value),
    };

    /// <summary>Python's <c>repr</c>.</summary>
    internal static string Repr(object? value)
    {
        var output = new StringBuilder();
        Repr(value, output, 0);
        return output.ToString();
    }

    /// <summary>The shortest digits that read back as the same number, with an exponent where Python writes one.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // 1. The shortest digits, and where the decimal point stands behind the first of them.
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0];
        var written = shortest.Contains('E') ? int.Parse(shortest.Split('E')[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var whole = mantissa.Split('.')[0];
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var exponent = written + whole.Length - 1 - (all.Length - digits.Length);
        digits = digits.TrimEnd('0');

        // 2. As Python writes it: with an exponent below 1e-4 and from 1e16 on.
        var sign = double.IsNegative(value) ? "-" : "";
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        if (exponent is < -4 or >= 16)
        {
            var point = digits.Length > 1 ? "." : "";
            return $"{sign}{digits[0]}{point}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        var padded = digits.PadRight(exponent + 2, '0');
        return $"{sign}{padded[..(exponent + 1)]}.{padded[(exponent + 1)..]}";
    }

    /// <summary>The index that stands so many code points behind <paramref name="from"/>.</summary>
    private static int Offset(string text, int from, long codePoints)
    {
        for (; codePoints > 0; codePoints--)
        {
            from += from + 1 < text.Length && char.IsSurrogatePair(text[from], text[from + 1]) ? 2 : 1;
        }

        return from;
    }

    private static void Repr(object? value, StringBuilder output, int depth)
    {
        JinjaValue.CheckDepth(depth);
        if (output.Length > JinjaLimits.TextCharsMax)
        {
            throw new JinjaException($"a text is over the limit of {JinjaLimits.TextCharsMax} characters");
        }

        switch (value)
        {
            case string text:
                ReprString(text, output);
                break;
            case JinjaList list:
                output.Append(list.IsTuple ? '(' : '[');
                Join(list, output, item => Repr(item, output, depth + 1));
                output.Append(list.IsTuple ? (list.Count == 1 ? ",)" : ")") : "]");
                break;
            case JinjaDict dict:
                output.Append('{');
                Join(dict.Items, output, pair =>
                {
                    Repr(JinjaDict.ValueOf(pair.Key), output, depth + 1);
                    output.Append(": ");
                    Repr(pair.Value, output, depth + 1);
                });
                output.Append('}');
                break;
            default:
                output.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        JinjaUndefined => "Undefined",
        JinjaCallable callable => $"<function {callable.Name}>",
        _ => $"<{JinjaValue.TypeName(value)}>",
    };

    private static void Join<T>(IEnumerable<T> items, StringBuilder output, Action<T> write)
    {
        var first = true;
        foreach (var item in items)
        {
            output.Append(first ? "" : ", ");
            write(item);
            first = false;
        }
    }

    private static void ReprString(string text, StringBuilder output)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        output.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            output.Append(rune.Value switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                var c when c == quote => $"\\{quote}",
                _ when IsPrintable(rune) => rune.ToString(),
                <= 0xFF and var c => $"\\x{c:x2}",
                <= 0xFFFF and var c => $"\\u{c:x4}",
                var c => $"\\U{c:x8}",
            });
        }

        output.Append(quote);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
