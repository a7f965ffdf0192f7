namespace Preble.Engine.Text.Jinja;

/// <summary>One token of a template.</summary>
internal readonly record struct JinjaToken(JinjaTokenKind Kind, string Text, JinjaPosition At)
{
    internal bool Is(JinjaTokenKind kind, string text) => Kind == kind && Text == text;

    /// <summary>How messages name it.</summary>
    public override string ToString() => Kind switch
    {
        JinjaTokenKind.End => "the end of the template",
        JinjaTokenKind.OutputEnd => "'}}'",
        JinjaTokenKind.BlockEnd => "'%}'",
        JinjaTokenKind.Text => "text",
        _ => $"'{Text}'",
    };
}
