namespace Preble.Engine.Text.Jinja;

/// <summary>What is assigned to: a name, an attribute of a namespace, or several of them.</summary>
internal abstract class Target
{
    internal abstract void Assign(RenderContext context, object? value);
}

/// <summary>A variable of the innermost scope.</summary>
internal sealed class NameTarget(string name) : Target
{
    internal override void Assign(RenderContext context, object? value) => context.Scope.Set(name, value);
}

/// <summary><c>name.attribute</c> of a namespace.</summary>
internal sealed class AttributeTarget(string name, string attribute) : Target
{
    internal override void Assign(RenderContext context, object? value)
    {
        if (!context.Scope.TryGet(name, out var target) || target is not JinjaNamespace space)
        {
            throw new JinjaException($"cannot set an attribute of '{name}', which is no namespace");
        }

        space.Set(attribute, value);
    }
}

/// <summary>One target for each element of a sequence.</summary>
internal sealed class TupleTarget(IReadOnlyList<Target> targets) : Target
{
    internal override void Assign(RenderContext context, object? value)
    {
        var items = context.List(JinjaValue.Iterate(value));
        if (items.Count != targets.Count)
        {
            throw new JinjaException($"{items.Count} values cannot be unpacked to {targets.Count} names");
        }

        for (var i = 0; i < targets.Count; i++)
        {
            targets[i].Assign(context, items[i]);
        }
    }
}
