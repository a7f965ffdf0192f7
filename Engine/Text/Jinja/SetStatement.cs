namespace Preble.Engine.Text.Jinja;

/// <summary><c>{% set target = value %}</c></summary>
internal sealed class SetStatement(JinjaPosition at, Target target, Expression value) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var evaluated = value.Evaluate(context);
        context.At = At;
        target.Assign(context, evaluated);
        return Flow.Next;
    }
}

/// <summary><c>{% set target %}text{% endset %}</c>, through filters if there are any.</summary>
internal sealed class SetBlockStatement(JinjaPosition at, Target target, Func<Expression, Expression> filters, Block body) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        context.At = At;
        var text = context.Capture(context.Scope, () => body.Execute(context));
        var value = filters(new LiteralExpression(At, text)).Evaluate(context);
        context.At = At;
        target.Assign(context, value);
        return Flow.Next;
    }
}
