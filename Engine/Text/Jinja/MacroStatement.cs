namespace Preble.Engine.Text.Jinja;

/// <summary>The parameters and body of a macro or of a call block.</summary>
internal sealed record MacroBody(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, Block Body)
{
    /// <summary>A function that sees the scope around the definition, as it is when it is called.</summary>
    internal JinjaCallable Bind(Scope scope) => new(Name, (context, arguments) => context.Capture(scope, () =>
    {
        Assign(context, arguments);
        Body.Execute(context);
    }));

    private void Assign(RenderContext context, JinjaArguments arguments)
    {
        var named = arguments.Named.ToDictionary(n => n.Key, n => n.Value, StringComparer.Ordinal);
        for (var i = 0; i < Parameters.Count; i++)
        {
            var (name, whenAbsent) = Parameters[i];
            var given = named.Remove(name, out var value);
            if (i < arguments.Positional.Count)
            {
                value = !given ? arguments.Positional[i] : throw new JinjaException($"macro '{Name}' got the argument '{name}' twice");
            }
            else if (!given)
            {
                value = whenAbsent is null ? new JinjaUndefined($"parameter '{name}' was not provided") : whenAbsent.Evaluate(context);
            }

            context.Scope.Set(name, value);
        }

        context.Scope.Set("varargs", new JinjaList([.. arguments.Positional.Skip(Parameters.Count)], isTuple: true));
        context.Scope.Set("caller", named.Remove("caller", out var caller) ? caller : new JinjaUndefined("there is no caller"));
        var rest = new JinjaDict();
        foreach (var (name, value) in named)
        {
            rest.Set(name, value);
        }

        context.Scope.Set("kwargs", rest);
    }
}

/// <summary><c>{% macro name(parameters) %}</c></summary>
internal sealed class MacroStatement(JinjaPosition at, MacroBody macro) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        context.Scope.Set(macro.Name, macro.Bind(context.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(parameters) macro(arguments) %}</c>: the body is what the macro calls as caller().</summary>
internal sealed class CallStatement(JinjaPosition at, CallExpression call, MacroBody body) : Statement(at)
{
    internal override Flow Execute(RenderContext context)
    {
        var result = call.Evaluate(context, body.Bind(context.Scope));
        context.At = At;
        context.Write(PythonText.Of(result));
        return Flow.Next;
    }
}
