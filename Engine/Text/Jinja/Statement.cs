namespace Preble.Engine.Text.Jinja;

/// <summary>A node that writes or assigns.</summary>
internal abstract class Statement(JinjaPosition at)
{
    /// <summary>Where it stands in the template.</summary>
    protected JinjaPosition At { get; } = at;

    /// <summary>Runs it in the context's scope; throws <see cref="JinjaException"/> with <see cref="RenderContext.At"/> set.</summary>
    internal abstract Flow Execute(RenderContext context);
}

/// <summary>How a statement ended.</summary>
internal enum Flow
{
    /// <summary>The next one follows.</summary>
    Next,

    /// <summary>The loop around it ends.</summary>
    Break,

    /// <summary>The loop around it goes on with its next pass.</summary>
    Continue,
}
