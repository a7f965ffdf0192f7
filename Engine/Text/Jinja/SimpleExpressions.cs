namespace Preble.Engine.Text.Jinja;

/// <summary>A constant.</summary>
internal sealed class LiteralExpression(JinjaPosition at, object? value) : Expression(at)
{
    protected override object? Compute(RenderContext context) => value;
}

/// <summary>A variable, or a function that every template has.</summary>
internal sealed class NameExpression(JinjaPosition at, string name) : Expression(at)
{
    internal string Name => name;

    protected override object? Compute(RenderContext context) =>
        context.Scope.TryGet(name, out var value) ? value
        : Functions.All.TryGetValue(name, out var function) ? function
        : new JinjaUndefined($"'{name}' is undefined");
}

/// <summary>A list or tuple written out.</summary>
internal sealed class ListExpression(JinjaPosition at, IReadOnlyList<Expression> items, bool isTuple) : Expression(at)
{
    internal IReadOnlyList<Expression> Items => items;

    internal bool IsTuple => isTuple;

    protected override object? Compute(RenderContext context)
    {
        var values = items.Select(item => item.Evaluate(context)).ToList();
        context.At = At;
        return context.List(values, isTuple);
    }
}

/// <summary>A dict written out.</summary>
internal sealed class DictExpression(JinjaPosition at, IReadOnlyList<(Expression Key, Expression Value)> items) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var dict = new JinjaDict();
        foreach (var (key, value) in items)
        {
            var (k, v) = (key.Evaluate(context), value.Evaluate(context));
            context.At = At;
            context.Step();
            dict.Set(k, v);
        }

        return dict;
    }
}

/// <summary><c>a if b else c</c>; without else, the other value is undefined.</summary>
internal sealed class ConditionalExpression(JinjaPosition at, Expression test, Expression then, Expression? otherwise) : Expression(at)
{
    protected override object? Compute(RenderContext context) => JinjaValue.IsTrue(test.Evaluate(context))
        ? then.Evaluate(context)
        : otherwise is not null ? otherwise.Evaluate(context) : new JinjaUndefined("the inline if-expression was false and has no else");
}
