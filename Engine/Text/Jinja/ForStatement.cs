namespace Preble.Engine.Text.Jinja;

/// <summary>A loop. Each pass has a scope of its own, so that only a namespace carries values out of it.</summary>
internal sealed class ForStatement(
    JinjaPosition at, Target target, Expression sequence, Expression? filter, Block body, Block? otherwise, bool isRecursive) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var value = sequence.Evaluate(context);
        context.At = At;
        Run(context, value, depth: 0);
        return Flow.Next;
    }

    private void Run(RenderContext context, object? value, int depth)
    {
        var outer = context.Scope;
        var items = Items(context, value);
        var loop = new JinjaLoop(items, depth, isRecursive ? (c, inner) => c.Capture(outer, () => Run(c, inner, depth + 1)) : null);
        for (var i = 0; i < items.Count; i++)
        {
            context.At = At;
            context.Step();
            loop.Index = i;
            if (Pass(context, outer, loop, items[i]) == Flow.Break)
            {
                return;
            }
        }

        if (items.Count == 0 && otherwise is not null)
        {
            context.InScope(outer, () => otherwise.Execute(context));
        }
    }

    private Flow Pass(RenderContext context, Scope outer, JinjaLoop loop, object? item) => context.InScope(outer, () =>
    {
        context.Scope.Set("loop", loop);
        target.Assign(context, item);
        return body.Execute(context);
    });

    private JinjaList Items(RenderContext context, object? value)
    {
        if (filter is null)
        {
            return value as JinjaList ?? context.List(JinjaValue.Iterate(value));
        }

        return context.List(JinjaValue.Iterate(value).Where(item => context.InScope(context.Scope, () =>
        {
            target.Assign(context, item);
            return JinjaValue.IsTrue(filter.Evaluate(context));
        })));
    }
}
