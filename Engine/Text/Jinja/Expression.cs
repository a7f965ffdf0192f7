namespace Preble.Engine.Text.Jinja;

/// <summary>A node that gives a value.</summary>
internal abstract class Expression(JinjaPosition at)
{
    /// <summary>Where it stands in the template.</summary>
    protected JinjaPosition At { get; } = at;

    /// <summary>Its value; throws <see cref="JinjaException"/> with <see cref="RenderContext.At"/> set.</summary>
    internal object? Evaluate(RenderContext context)
    {
        RenderContext.EnsureStack(); // Long chains of operators nest deep without nesting in the template.
        return Compute(context);
    }

    protected abstract object? Compute(RenderContext context);
}
