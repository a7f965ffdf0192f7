namespace Preble.Engine.Text.Jinja;

/// <summary>Methods of lists and tuples. Those that would change one are refused, as in the sandbox that Hugging Face renders in.</summary>
internal static class ListMethods
{
    internal static JinjaCallable? TryGet(JinjaList list, string name) => name switch
    {
        "index" => new(name, (_, a) => Index(list, a)),
        "count" => new(name, (_, a) => (long)list.Count(item => JinjaValue.AreEqual(item, a.Bind("count", 1, "value")[0]))),
        "append" or "clear" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" when !list.IsTuple =>
            new(name, (_, _) => throw new JinjaException($"list.{name}() would change the list")),
        "copy" when !list.IsTuple => new(name, (_, a) => a.Bind("copy", 0).Length == 0 ? list : null),
        _ => null,
    };

    private static object Index(JinjaList list, JinjaArguments arguments)
    {
        var wanted = arguments.Bind("index", 1, "value")[0];
        for (var i = 0; i < list.Count; i++)
        {
            if (JinjaValue.AreEqual(list[i], wanted))
            {
                return (long)i;
            }
        }

        throw new JinjaException($"{PythonText.Repr(wanted)} is not in the list");
    }
}
