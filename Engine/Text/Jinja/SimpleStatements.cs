namespace Preble.Engine.Text.Jinja;

/// <summary>Statements one after the other.</summary>
internal sealed class Block(JinjaPosition at, IReadOnlyList<Statement> statements) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        foreach (var statement in statements)
        {
            if (statement.Execute(context) is not Flow.Next and var flow)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary>Text outside of tags.</summary>
internal sealed class TextStatement(JinjaPosition at, string text) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        context.At = At;
        context.Write(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c></summary>
internal sealed class OutputStatement(JinjaPosition at, Expression value) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var evaluated = value.Evaluate(context);
        context.At = At;
        context.Write(PythonText.Of(evaluated));
        return Flow.Next;
    }
}

/// <summary><c>break</c> and <c>continue</c>.</summary>
internal sealed class JumpStatement(JinjaPosition at, Flow flow) : Statement(at)
{
    internal override Flow Execute(RenderContext context) => flow;
}

/// <summary>The first branch whose test holds; the else branch has no test.</summary>
internal sealed class IfStatement(JinjaPosition at, IReadOnlyList<(Expression? Test, Block Body)> branches) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        foreach (var (test, body) in branches)
        {
            if (test is null || JinjaValue.IsTrue(test.Evaluate(context)))
            {
                return body.Execute(context);
            }
        }

        return Flow.Next;
    }
}

/// <summary>A body with a scope of its own: <c>with</c>, and <c>generation</c>, which marks what the assistant said and changes nothing.</summary>
internal sealed class ScopeStatement(JinjaPosition at, IReadOnlyList<(Target Target, Expression Value)> variables, Block body) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var values = variables.Select(v => v.Value.Evaluate(context)).ToList();
        context.At = At;
        return context.InScope(context.Scope, () =>
        {
            for (var i = 0; i < values.Count; i++)
            {
                variables[i].Target.Assign(context, values[i]);
            }

            return body.Execute(context);
        });
    }
}

/// <summary><c>{% filter name %}</c> around a body.</summary>
internal sealed class FilterStatement(JinjaPosition at, Func<Expression, Expression> filters, Block body) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var text = context.Capture(context.Scope, () => body.Execute(context));
        var filtered = filters(new LiteralExpression(At, text)).Evaluate(context);
        context.At = At;
        context.Write(PythonText.Of(filtered));
        return Flow.Next;
    }
}
