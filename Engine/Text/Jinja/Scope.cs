namespace Preble.Engine.Text.Jinja;

/// <summary>Variables, and the scope around them.</summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, object?>? _variables;

    internal Scope? Parent => parent;

    internal void Set(string name, object? value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    internal bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables is not null && scope._variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }
}
