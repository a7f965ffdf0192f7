namespace Preble.Engine.Text.Jinja;

/// <summary>Arguments as written.</summary>
/// <param name="Positional">By place; Spread for <c>*list</c>.</param>
/// <param name="Named">By name.</param>
/// <param name="NamedSpread">Dicts given as <c>**dict</c>.</param>
internal sealed record ArgumentList(
    IReadOnlyList<(Expression Value, bool Spread)> Positional,
    IReadOnlyList<(string Name, Expression Value)> Named,
    IReadOnlyList<Expression> NamedSpread)
{
    internal static ArgumentList Empty { get; } = new([], [], []);

    internal JinjaArguments Evaluate(RenderContext context)
    {
        if (Positional.Count + Named.Count + NamedSpread.Count == 0)
        {
            return JinjaArguments.None;
        }

        var positional = new List<object?>(Positional.Count);
        foreach (var (value, spread) in Positional)
        {
            var evaluated = value.Evaluate(context);
            if (spread)
            {
                positional.AddRange(context.List(JinjaValue.Iterate(evaluated)));
            }
            else
            {
                positional.Add(evaluated);
            }
        }

        var named = Named.Select(n => KeyValuePair.Create(n.Name, n.Value.Evaluate(context))).ToList();
        foreach (var dict in NamedSpread)
        {
            foreach (var pair in dict.Evaluate(context) is JinjaDict d ? d.Items : throw new JinjaException("** wants a dict"))
            {
                named.Add(KeyValuePair.Create(JinjaValue.String(JinjaDict.ValueOf(pair.Key), "the name of an argument"), pair.Value));
            }
        }

        return new JinjaArguments(positional, named);
    }
}
