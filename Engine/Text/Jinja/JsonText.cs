using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Preble.Engine.Text.Jinja;

/// <summary>JSON to values, and values to JSON as Python's <c>json.dumps</c> writes it, which is Hugging Face's <c>tojson</c>.</summary>
internal static class JsonText
{
    /// <summary>A value of a template from JSON.</summary>
    internal static object? ToValue(JsonElement element, int depth = 0)
    {
        JinjaValue.CheckDepth(depth);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new JinjaDict();
                foreach (var member in element.EnumerateObject())
                {
                    dict.Set(Text(() => member.Name), ToValue(member.Value, depth + 1));
                }

                return dict;
            case JsonValueKind.Array:
                return new JinjaList([.. element.EnumerateArray().Select(e => ToValue(e, depth + 1))]);
            case JsonValueKind.String:
                return Text(element.GetString);
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True or JsonValueKind.False:
                return element.GetBoolean();
            default:
                return null;
        }
    }

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt64(out var whole))
        {
            return whole;
        }

        var text = element.GetRawText();
        return text.AsSpan().IndexOfAny("eE.") < 0 ? (object)BigInteger.Parse(text, CultureInfo.InvariantCulture) : element.GetDouble();
    }

    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new JinjaException("a string has a surrogate without its pair");
        }
    }

    /// <summary>JSON text of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">Indentation of a level, null for one line.</param>
    /// <param name="itemSeparator">Between items.</param>
    /// <param name="keySeparator">Between key and value.</param>
    /// <param name="ensureAscii">Whether characters beyond ASCII are escaped.</param>
    /// <param name="sortKeys">Whether keys are put in order.</param>
    internal static string Of(object? value, string? indent, string itemSeparator, string keySeparator, bool ensureAscii, bool sortKeys)
    {
        var writer = new Writer(indent, itemSeparator, keySeparator, ensureAscii, sortKeys);
        writer.Write(value, 0);
        return writer.Output.ToString();
    }

    private sealed class Writer(string? indent, string itemSeparator, string keySeparator, bool ensureAscii, bool sortKeys)
    {
        internal StringBuilder Output { get; } = new();

        internal void Write(object? value, int depth)
        {
            JinjaValue.CheckDepth(depth);
            if (Output.Length > JinjaLimits.TextCharsMax)
            {
                throw new JinjaException($"a text is over the limit of {JinjaLimits.TextCharsMax} characters");
            }

            switch (value)
            {
                case string text:
                    WriteString(text);
                    break;
                case JinjaList list:
                    WriteAll('[', ']', list, depth, item => Write(item, depth + 1));
                    break;
                case JinjaDict dict:
                    var items = dict.Items.Select(p => (Key: KeyText(p.Key), p.Value));
                    items = sortKeys ? items.OrderBy(p => p.Key, Comparer<string>.Create(PythonText.Compare)) : items;
                    WriteAll('{', '}', items, depth, pair =>
                    {
                        WriteString(pair.Key);
                        Output.Append(keySeparator);
                        Write(pair.Value, depth + 1);
                    });
                    break;
                default:
                    Output.Append(Scalar(value));
                    break;
            }
        }

        private static string Scalar(object? value) => value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            long or BigInteger => PythonText.Of(value),
            double number when double.IsFinite(number) => PythonText.Number(number),
            double number => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
            JinjaUndefined undefined => throw undefined.Error(),
            _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} cannot be written as JSON"),
        };

        private static string KeyText(object key) => JinjaDict.ValueOf(key) switch
        {
            string text => text,
            JinjaList => throw new JinjaException("a tuple cannot be a key in JSON"),
            var other => Scalar(other),
        };

        private void WriteAll<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
        {
            Output.Append(open);
            var first = true;
            foreach (var item in items)
            {
                Output.Append(first ? "" : itemSeparator);
                NewLine(depth + 1);
                write(item);
                first = false;
            }

            if (!first)
            {
                NewLine(depth);
            }

            Output.Append(close);
        }

        private void NewLine(int depth)
        {
            if (indent is not null)
            {
                Output.Append('\n');
                for (var i = 0; i < depth; i++)
                {
                    Output.Append(indent);
                }
            }
        }

        private void WriteString(string text)
        {
            Output.Append('"');
            foreach (var c in text)
            {
                _ = c switch
                {
                    '"' => Output.Append("\\\""),
                    '\\' => Output.Append("\\\\"),
                    '\n' => Output.Append("\\n"),
                    '\r' => Output.Append("\\r"),
                    '\t' => Output.Append("\\t"),
                    '\b' => Output.Append("\\b"),
                    '\f' => Output.Append("\\f"),
                    < ' ' or > '~' when c < ' ' || (ensureAscii && c != '\x7f') => Output.Append($"\\u{(int)c:x4}"),
                    _ => Output.Append(c),
                };
            }

            Output.Append('"');
        }
    }
}
