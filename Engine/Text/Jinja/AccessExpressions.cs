namespace Preble.Engine.Text.Jinja;

/// <summary><c>a.name</c>: a method or attribute first, then the item of that name.</summary>
internal sealed class AttributeExpression(JinjaPosition at, Expression target, string name) : Expression(at)
{
    internal Expression Target => target;

    internal string Name => name;

    protected override object? Compute(RenderContext context)
    {
        var value = target.Evaluate(context);
        context.At = At;
        return Access.Attribute(value, name);
    }
}

/// <summary><c>a[key]</c>: the item first, then the method or attribute of that name.</summary>
internal sealed class ItemExpression(JinjaPosition at, Expression target, Expression key) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var (value, index) = (target.Evaluate(context), key.Evaluate(context));
        context.At = At;
        return Access.Item(value, index);
    }
}

/// <summary><c>a[start:stop:step]</c> of a string, list or tuple.</summary>
internal sealed class SliceExpression(JinjaPosition at, Expression target, Expression? start, Expression? stop, Expression? step) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var value = target.Evaluate(context);
        var (from, to, by) = (start?.Evaluate(context), stop?.Evaluate(context), step?.Evaluate(context));
        context.At = At;
        return Access.Slice(context, value, from, to, by);
    }
}

/// <summary>A call, its arguments evaluated from left to right.</summary>
internal sealed class CallExpression(JinjaPosition at, Expression target, ArgumentList arguments) : Expression(at)
{
    protected override object? Compute(RenderContext context) => Evaluate(context, null);

    /// <summary>The call with one more named argument, the body of a call block.</summary>
    internal object? Evaluate(RenderContext context, JinjaCallable? caller)
    {
        var function = target.Evaluate(context);
        var values = arguments.Evaluate(context);
        context.At = At;
        return context.Call(function, caller is null ? values : values with { Named = [.. values.Named, new("caller", caller)] });
    }
}

/// <summary><c>value | name(arguments)</c></summary>
internal sealed class FilterExpression(JinjaPosition at, Expression target, string name, ArgumentList arguments) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var value = target.Evaluate(context);
        var values = arguments.Evaluate(context);
        context.At = At;
        return Filters.Apply(context, name, value, values);
    }
}

/// <summary><c>value is name(arguments)</c></summary>
internal sealed class TestExpression(JinjaPosition at, Expression target, string name, ArgumentList arguments, bool isNegated) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var value = target.Evaluate(context);
        var values = arguments.Evaluate(context);
        context.At = At;
        return Tests.Holds(name, value, values) != isNegated;
    }
}
