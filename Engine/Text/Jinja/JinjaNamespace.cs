namespace Preble.Engine.Text.Jinja;

/// <summary>What <c>namespace()</c> gives: the one thing whose attributes a template may set, which is how values leave a loop.</summary>
internal sealed class JinjaNamespace
{
    /// <summary>Most attributes of one namespace.</summary>
    internal const int AttributesMax = 10_000;

    internal Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);

    internal void Set(string name, object? value)
    {
        Attributes[name] = value;
        if (Attributes.Count > AttributesMax)
        {
            throw new JinjaException($"a namespace has more than {AttributesMax} attributes");
        }
    }
}
