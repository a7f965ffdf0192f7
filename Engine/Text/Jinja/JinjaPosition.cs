namespace Preble.Engine.Text.Jinja;

/// <summary>A place in a template, both counted from 1.</summary>
internal readonly record struct JinjaPosition(int Line, int Column);
