namespace Preble.Engine.Text.Jinja;

/// <summary>Methods of dicts. Those that would change one are refused, as in the sandbox that Hugging Face renders in.</summary>
internal static class DictMethods
{
    internal static JinjaCallable? TryGet(JinjaDict dict, string name) => name switch
    {
        "items" => new(name, (c, a) => NoArguments(name, a, () => c.List(Pairs(dict)))),
        "keys" => new(name, (c, a) => NoArguments(name, a, () => c.List(dict.Keys.Select(JinjaDict.ValueOf)))),
        "values" => new(name, (c, a) => NoArguments(name, a, () => c.List(dict.Values))),
        "copy" => new(name, (_, a) => NoArguments(name, a, () => dict)),
        "get" => new(name, (_, a) => Get(dict, a)),
        "clear" or "pop" or "popitem" or "setdefault" or "update" =>
            new(name, (_, _) => throw new JinjaException($"dict.{name}() would change the dict")),
        _ => null,
    };

    internal static IEnumerable<object?> Pairs(JinjaDict dict) => dict.Items.Select(p => (object?)JinjaList.Tuple(JinjaDict.ValueOf(p.Key), p.Value));

    private static object? Get(JinjaDict dict, JinjaArguments arguments)
    {
        var bound = arguments.Bind("get", 1, "key", "default");
        return dict.TryGet(bound[0], out var value) ? value : ReferenceEquals(bound[1], JinjaArguments.Missing) ? null : bound[1];
    }

    private static object? NoArguments(string name, JinjaArguments arguments, Func<object?> run)
    {
        arguments.Bind(name, 0);
        return run();
    }
}
