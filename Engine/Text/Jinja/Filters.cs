using System.Globalization;
using System.Numerics;

namespace Preble.Engine.Text.Jinja;

/// <summary>The filters on single values; <see cref="ListFilters"/> has those on lists.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Func<RenderContext, object?, JinjaArguments, object?>> All = new(StringComparer.Ordinal)
    {
        ["abs"] = (_, v, a) => Abs(Alone("abs", v, a)),
        ["attr"] = (_, v, a) => Access.Attribute(v, JinjaValue.String(a.Bind("attr", 1, "name")[0], "the name")),
        ["capitalize"] = (c, v, a) => c.Made(StringMethods.Capitalize(PythonText.Of(Alone("capitalize", v, a)))),
        ["count"] = (_, v, a) => Length(Alone("count", v, a)),
        ["d"] = (_, v, a) => Default(v, a),
        ["default"] = (_, v, a) => Default(v, a),
        ["float"] = (_, v, a) => ToFloat(v, a),
        ["indent"] = (c, v, a) => c.Made(Indent(c, PythonText.Of(v), a)),
        ["int"] = (_, v, a) => ToInt(v, a),
        ["length"] = (_, v, a) => Length(Alone("length", v, a)),
        ["lower"] = (c, v, a) => c.Made(PythonText.Of(Alone("lower", v, a)).ToLowerInvariant()),
        ["replace"] = (c, v, a) => StringMethods.Replace(c, PythonText.Of(v), a),
        ["round"] = (_, v, a) => Round(v, a),
        ["safe"] = (c, v, a) => c.Made(PythonText.Of(Alone("safe", v, a))),
        ["string"] = (c, v, a) => c.Made(PythonText.Of(Alone("string", v, a))),
        ["title"] = (c, v, a) => c.Made(Title(PythonText.Of(Alone("title", v, a)))),
        ["tojson"] = (c, v, a) => c.Made(ToJson(v, a)),
        ["trim"] = (c, v, a) => c.Made(StringMethods.Strip(PythonText.Of(v), a.Bind("trim", 0, "chars")[0], true, true)),
        ["upper"] = (c, v, a) => c.Made(PythonText.Of(Alone("upper", v, a)).ToUpperInvariant()),
    };

    internal static object? Apply(RenderContext context, string name, object? value, JinjaArguments arguments) =>
        All.TryGetValue(name, out var filter) || ListFilters.All.TryGetValue(name, out filter)
            ? filter(context, value, arguments)
            : throw new JinjaException($"there is no filter '{name}'");

    internal static object? Alone(string name, object? value, JinjaArguments arguments)
    {
        arguments.Bind(name, 0);
        return value;
    }

    internal static bool IsMissing(object? value) => ReferenceEquals(value, JinjaArguments.Missing);

    private static object Abs(object? value) => value switch
    {
        double number => Math.Abs(number),
        long number when number != long.MinValue => (object)Math.Abs(number),
        bool flag => flag ? 1L : 0L,
        JinjaUndefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} has no absolute value"),
    };

    private static long Length(object? value) => value switch
    {
        string text => PythonText.Length(text),
        JinjaList list => list.Count,
        JinjaDict dict => dict.Count,
        JinjaUndefined => 0,
        _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} has no length"),
    };

    private static object? Default(object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("default", 0, "default_value", "boolean");
        var whenFalse = !IsMissing(bound[1]) && JinjaValue.IsTrue(bound[1]);
        var applies = value is JinjaUndefined || (whenFalse && !JinjaValue.IsTrue(value));
        return !applies ? value : IsMissing(bound[0]) ? "" : bound[0];
    }

    private static object? ToInt(object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("int", 0, "default", "base");
        var number = IsMissing(bound[1]) ? 10 : JinjaValue.Integer(bound[1], "the base");
        return value switch
        {
            BigInteger => value,
            long or bool => JinjaValue.Integer(value, "the value"),
            double real when double.IsFinite(real) => Whole(real),
            string text when TryParse(text, number, out var whole) => whole,
            string text when number == 10 && TryParse(text, out var real) && double.IsFinite(real) => Whole(real),
            JinjaUndefined undefined => throw undefined.Error(),
            _ => IsMissing(bound[0]) ? 0L : bound[0],
        };
    }

    private static object Whole(double real) => Math.Abs(real) < 9e18 ? (object)(long)real : new BigInteger(real);

    private static object? ToFloat(object? value, JinjaArguments arguments)
    {
        var whenWrong = arguments.Bind("float", 0, "default")[0];
        return value switch
        {
            string text when TryParse(text, out var real) => real,
            JinjaUndefined undefined => throw undefined.Error(),
            _ when JinjaValue.IsNumber(value) => JinjaValue.Double(value!),
            _ => IsMissing(whenWrong) ? 0.0 : whenWrong,
        };
    }

    private static bool TryParse(string text, long radix, out long whole)
    {
        var digits = StringMethods.Strip(text, null, true, true).Replace("_", "", StringComparison.Ordinal);
        switch (radix)
        {
            case 10:
                return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole);
            case 16:
                digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
                return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out whole);
            default:
                throw new JinjaException($"the base {radix} is not supported; 10 and 16 are");
        }
    }

    private static bool TryParse(string text, out double real) =>
        double.TryParse(StringMethods.Strip(text, null, true, true), NumberStyles.Float, CultureInfo.InvariantCulture, out real);

    private static object Round(object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("round", 0, "precision", "method");
        var precision = IsMissing(bound[0]) ? 0 : (int)Math.Clamp(JinjaValue.Integer(bound[0], "the precision"), -15, 15);
        var method = IsMissing(bound[1]) ? "common" : PythonText.Of(bound[1]);
        if (!JinjaValue.IsNumber(value))
        {
            throw new JinjaException($"a {JinjaValue.TypeName(value)} cannot be rounded");
        }

        var number = JinjaValue.Double(value!);
        var scale = Math.Pow(10, Math.Abs(precision));
        double Scaled(Func<double, double> round) => precision < 0 ? round(number / scale) * scale : round(number * scale) / scale;
        return method switch
        {
            "common" when value is not double && precision >= 0 => value is bool flag ? (flag ? 1L : 0L) : value!,
            "common" => precision < 0 ? Scaled(n => Math.Round(n, MidpointRounding.ToEven)) : Math.Round(number, precision, MidpointRounding.ToEven),
            "ceil" => Scaled(Math.Ceiling),
            "floor" => Scaled(Math.Floor),
            _ => throw new JinjaException("the method of round must be common, ceil or floor"),
        };
    }

    private static string Title(string text)
    {
        var result = text.ToCharArray();
        for (var i = 0; i < result.Length; i++)
        {
            var begins = i == 0 || char.IsWhiteSpace(text[i - 1]) || "-({[<".Contains(text[i - 1], StringComparison.Ordinal);
            result[i] = begins ? char.ToUpper(result[i], CultureInfo.InvariantCulture) : char.ToLower(result[i], CultureInfo.InvariantCulture);
        }

        return new string(result);
    }

    private static string Indent(RenderContext context, string text, JinjaArguments arguments)
    {
        var bound = arguments.Bind("indent", 0, "width", "first", "blank");
        var first = !IsMissing(bound[1]) && JinjaValue.IsTrue(bound[1]);
        var blank = !IsMissing(bound[2]) && JinjaValue.IsTrue(bound[2]);
        var space = bound[0] as string ?? Spaces(context, IsMissing(bound[0]) ? 4 : JinjaValue.Integer(bound[0], "the width"));
        var lines = StringMethods.Lines(text + "\n", keepEnds: false).ToList();
        context.Step(lines.Count);
        context.Make(text.Length + ((long)lines.Count * space.Length));
        return string.Join('\n', lines.Select((line, i) => i == 0 ? (first ? space : "") + line : blank || line.Length > 0 ? space + line : line));
    }

    private static string ToJson(object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("tojson", 0, "indent", "ensure_ascii", "separators", "sort_keys");
        var indent = IsMissing(bound[0]) || bound[0] is null ? null
            : bound[0] as string ?? new string(' ', (int)Math.Clamp(JinjaValue.Integer(bound[0], "the indentation"), 0, 100));
        var separators = IsMissing(bound[2]) || bound[2] is null ? null
            : bound[2] is JinjaList { Count: 2 } two ? two
            : throw new JinjaException("separators must be two strings");
        return JsonText.Of(
            value,
            indent,
            separators is null ? (indent is null ? ", " : ",") : JinjaValue.String(separators[0], "a separator"),
            separators is null ? ": " : JinjaValue.String(separators[1], "a separator"),
            ensureAscii: !IsMissing(bound[1]) && JinjaValue.IsTrue(bound[1]),
            sortKeys: !IsMissing(bound[3]) && JinjaValue.IsTrue(bound[3]));
    }

    private static string Spaces(RenderContext context, long width)
    {
        context.Make(Math.Max(0, width));
        return new string(' ', (int)Math.Max(0, width));
    }
}
