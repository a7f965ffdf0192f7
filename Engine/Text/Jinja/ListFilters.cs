namespace Preble.Engine.Text.Jinja;

/// <summary>The filters on lists, strings and dicts as sequences.</summary>
internal static class ListFilters
{
    internal static IReadOnlyDictionary<string, Func<RenderContext, object?, JinjaArguments, object?>> All { get; } =
        new Dictionary<string, Func<RenderContext, object?, JinjaArguments, object?>>(StringComparer.Ordinal)
        {
            ["dictsort"] = DictSort,
            ["first"] = (_, v, a) => Only("first", v, a).FirstOrDefault(new JinjaUndefined("there is no first item")),
            ["items"] = (c, v, a) => c.List(ItemsOf(Filters.Alone("items", v, a))),
            ["join"] = Join,
            ["last"] = (_, v, a) => Only("last", v, a).LastOrDefault(new JinjaUndefined("there is no last item")),
            ["list"] = (c, v, a) => c.List(Only("list", v, a)),
            ["map"] = (c, v, a) => Map(c, IfAny(v), a),
            ["max"] = (c, v, a) => Extreme(c, "max", v, a, sign: 1),
            ["min"] = (c, v, a) => Extreme(c, "min", v, a, sign: -1),
            ["reject"] = (c, v, a) => Select(c, IfAny(v), a, byAttribute: false, keep: false),
            ["rejectattr"] = (c, v, a) => Select(c, IfAny(v), a, byAttribute: true, keep: false),
            ["reverse"] = Reverse,
            ["select"] = (c, v, a) => Select(c, IfAny(v), a, byAttribute: false, keep: true),
            ["selectattr"] = (c, v, a) => Select(c, IfAny(v), a, byAttribute: true, keep: true),
            ["sort"] = Sort,
            ["sum"] = Sum,
            ["unique"] = Unique,
        };

    private static IEnumerable<object?> Only(string name, object? value, JinjaArguments arguments) =>
        JinjaValue.Iterate(Filters.Alone(name, value, arguments));

    private static IEnumerable<object?> ItemsOf(object? value) => value switch
    {
        JinjaDict dict => DictMethods.Pairs(dict),
        JinjaUndefined => [],
        _ => throw new JinjaException($"items wants a dict, not a {JinjaValue.TypeName(value)}"),
    };

    private static object Join(RenderContext context, object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("join", 0, "d", "attribute");
        var separator = Filters.IsMissing(bound[0]) ? "" : PythonText.Of(bound[0]);
        var pick = Attribute(bound[1]);
        var parts = context.List(JinjaValue.Iterate(value)).Select(item => PythonText.Of(pick(item))).ToList();
        context.Make(parts.Sum(p => (long)p.Length + separator.Length));
        return string.Join(separator, parts);
    }

    private static object Reverse(RenderContext context, object? value, JinjaArguments arguments)
    {
        var items = context.List(Only("reverse", value, arguments)).Reverse();
        return value is string ? context.Made(string.Concat(items.Cast<string>())) : new JinjaList([.. items]);
    }

    /// <summary>Some filters take anything that is false, None for one, for an empty list.</summary>
    private static object? IfAny(object? value) => JinjaValue.IsTrue(value) ? value : JinjaList.Tuple();

    private static object Map(RenderContext context, object? value, JinjaArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var bound = arguments.Bind("map", 0, "attribute", "default");
            return context.List(JinjaValue.Iterate(value).Select(Attribute(bound[0], bound[1])));
        }

        var filter = JinjaValue.String(arguments.Positional[0], "the filter's name");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(1)] };
        return context.List(JinjaValue.Iterate(value).Select(item => Filters.Apply(context, filter, item, rest)));
    }

    private static object Select(RenderContext context, object? value, JinjaArguments arguments, bool byAttribute, bool keep)
    {
        var skip = 0;
        Func<object?, object?> pick = item => item;
        if (byAttribute)
        {
            pick = Attribute(arguments.Positional.Count > 0 ? arguments.Positional[0] : throw new JinjaException("the attribute's name is missing"));
            skip = 1;
        }

        if (arguments.Positional.Count == skip)
        {
            return context.List(JinjaValue.Iterate(value).Where(item => JinjaValue.IsTrue(pick(item)) == keep));
        }

        var test = JinjaValue.String(arguments.Positional[skip], "the test's name");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(skip + 1)] };
        return context.List(JinjaValue.Iterate(value).Where(item => Tests.Holds(test, pick(item), rest) == keep));
    }

    private static object Sort(RenderContext context, object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        object?[] attributes = bound[2] is string names ? names.Split(',') : [bound[2]];
        var keys = attributes.Select(a => Key(a, IsTrue(bound[1]))).ToList();
        return context.List(InOrder(JinjaValue.Iterate(value), item => new JinjaList([.. keys.Select(key => key(item))]), IsTrue(bound[0])));
    }

    private static object DictSort(RenderContext context, object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        var by = Filters.IsMissing(bound[1]) ? "key" : PythonText.Of(bound[1]);
        var place = by switch { "key" => 0L, "value" => 1L, _ => throw new JinjaException("dictsort sorts by key or by value") };
        var key = Key(place, IsTrue(bound[0]));
        return context.List(InOrder(ItemsOf(value), key, IsTrue(bound[2])));
    }

    private static IEnumerable<object?> InOrder(IEnumerable<object?> items, Func<object?, object?> key, bool reverse)
    {
        var comparer = Comparer<object?>.Create((a, b) => JinjaValue.Compare(a, b));
        try
        {
            // Reversed as Python has it: equal items keep their order.
            return reverse ? [.. items.OrderByDescending(key, comparer)] : items.OrderBy(key, comparer).ToList();
        }
        catch (InvalidOperationException error) when (error.InnerException is JinjaException cause)
        {
            throw cause;
        }
    }

    private static object Unique(RenderContext context, object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        var key = Key(bound[1], IsTrue(bound[0]));
        var seen = new JinjaDict();
        var unique = new List<object?>();
        foreach (var item in JinjaValue.Iterate(value))
        {
            context.Step();
            if (!seen.Contains(key(item)))
            {
                seen.Set(key(item), true);
                unique.Add(item);
            }
        }

        return new JinjaList(unique);
    }

    private static object? Extreme(RenderContext context, string name, object? value, JinjaArguments arguments, int sign)
    {
        var bound = arguments.Bind(name, 0, "case_sensitive", "attribute");
        var key = Key(bound[1], IsTrue(bound[0]));
        object? best = new JinjaUndefined($"{name} of an empty list");
        foreach (var item in context.List(JinjaValue.Iterate(value)))
        {
            best = best is JinjaUndefined || JinjaValue.Compare(key(item), key(best)) * sign > 0 ? item : best;
        }

        return best;
    }

    private static object? Sum(RenderContext context, object? value, JinjaArguments arguments)
    {
        var bound = arguments.Bind("sum", 0, "attribute", "start");
        var pick = Attribute(bound[0]);
        return JinjaValue.Iterate(value).Aggregate(
            Filters.IsMissing(bound[1]) ? 0L : bound[1], (sum, item) => Arithmetic.Apply(context, "+", sum, pick(item)));
    }

    private static Func<object?, object?> Key(object? attribute, bool caseSensitive)
    {
        var pick = Attribute(attribute);
        return item => pick(item) is string text && !caseSensitive ? text.ToLowerInvariant() : pick(item);
    }

    private static Func<object?, object?> Attribute(object? path) => Attribute(path, JinjaArguments.Missing);

    /// <summary>
    /// Follows an attribute's path, as <c>function.name</c> or an index; without one, the item itself. What is missing on the way is the default, if
    /// there is one.
    /// </summary>
    private static Func<object?, object?> Attribute(object? path, object? whenMissing)
    {
        if (Filters.IsMissing(path) || path is null)
        {
            return item => item;
        }

        object[] parts = path is long ? [path] : [.. JinjaValue.String(path, "the attribute").Split('.').Select(Part)];
        return item => parts.Aggregate(item, (owner, part) =>
            Access.Item(owner, part) is var found && found is JinjaUndefined && !Filters.IsMissing(whenMissing) ? whenMissing : found);
    }

    private static object Part(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) && long.TryParse(part, out var index) ? index : part;

    private static bool IsTrue(object? flag) => !Filters.IsMissing(flag) && JinjaValue.IsTrue(flag);
}
