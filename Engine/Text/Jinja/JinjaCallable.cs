namespace Preble.Engine.Text.Jinja;

/// <summary>Something that a template can call.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Call">What it does.</param>
internal sealed record JinjaCallable(string Name, Func<RenderContext, JinjaArguments, object?> Call);
