namespace Preble.Engine.Text.Jinja;

/// <summary>The functions that every template has.</summary>
internal static class Functions
{
    internal static IReadOnlyDictionary<string, JinjaCallable> All { get; } = new JinjaCallable[]
    {
        new("range", Range),
        new("dict", Dict),
        new("namespace", Namespace),
        new("raise_exception", (_, a) => throw new JinjaException(PythonText.Of(a.Bind("raise_exception", 1, "message")[0]), raisedByTemplate: true)),
        new("strftime_now", (c, a) => c.Made(Strftime.Format(c.Now, JinjaValue.String(a.Bind("strftime_now", 1, "format")[0], "the format")))),
    }.ToDictionary(f => f.Name, StringComparer.Ordinal);

    private static object Range(RenderContext context, JinjaArguments arguments)
    {
        var bound = arguments.Bind("range", 1, "start", "stop", "step");
        long Number(int at, long whenMissing) =>
            ReferenceEquals(bound[at], JinjaArguments.Missing) ? whenMissing : JinjaValue.Integer(bound[at], "an argument of range()");

        var first = Number(0, 0);
        var (start, stop) = ReferenceEquals(bound[1], JinjaArguments.Missing) ? (0, first) : (first, Number(1, 0));
        var step = Number(2, 1);
        if (step == 0)
        {
            throw new JinjaException("the step of range() must not be 0");
        }

        var span = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        var width = step > 0 ? (Int128)step : -(Int128)step;
        var count = span <= 0 ? 0 : (span + width - 1) / width;
        return count <= JinjaLimits.RangeMax
            ? context.List(Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step))))
            : throw new JinjaException($"range() is longer than {JinjaLimits.RangeMax}");
    }

    private static object Dict(RenderContext context, JinjaArguments arguments)
    {
        var dict = new JinjaDict();
        foreach (var (key, value) in Given("dict", arguments))
        {
            context.Step();
            dict.Set(key, value);
        }

        return dict;
    }

    private static object Namespace(RenderContext context, JinjaArguments arguments)
    {
        var space = new JinjaNamespace();
        foreach (var (key, value) in Given("namespace", arguments))
        {
            context.Step();
            space.Set(JinjaValue.String(key, "the name of an attribute"), value);
        }

        return space;
    }

    /// <summary>Pairs of a dict or of a list of pairs, then the named arguments.</summary>
    private static IEnumerable<(object? Key, object? Value)> Given(string function, JinjaArguments arguments)
    {
        if (arguments.Positional.Count > 1)
        {
            throw new JinjaException($"{function}() takes one argument by place");
        }

        foreach (var source in arguments.Positional)
        {
            foreach (var pair in source is JinjaDict dict ? DictMethods.Pairs(dict) : JinjaValue.Iterate(source))
            {
                yield return pair is JinjaList { Count: 2 } two ? (two[0], two[1]) : throw new JinjaException($"{function}() wants pairs");
            }
        }

        foreach (var (name, value) in arguments.Named)
        {
            yield return (name, value);
        }
    }
}
