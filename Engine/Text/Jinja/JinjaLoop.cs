namespace Preble.Engine.Text.Jinja;

/// <summary>The variable <c>loop</c> of one pass.</summary>
/// <param name="items">All that the loop runs over.</param>
/// <param name="depth0">How many loops of the same recursive statement are around it.</param>
/// <param name="recurse">Runs the loop's body over something else, if the loop is recursive.</param>
internal sealed class JinjaLoop(IReadOnlyList<object?> items, int depth0, Func<RenderContext, object?, object?>? recurse)
{
    private object? _changedBefore = JinjaArguments.Missing;

    /// <summary>The pass, from 0.</summary>
    internal int Index { get; set; }

    internal int Depth => depth0;

    /// <summary>Runs the body over another list, as <c>loop(children)</c>.</summary>
    internal object? Recurse(RenderContext context, JinjaArguments arguments) => recurse is not null
        ? recurse(context, arguments.Bind("loop", 1, "iterable")[0])
        : throw new JinjaException("the loop is not recursive");

    internal object? Attribute(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)items.Count - Index,
        "revindex0" => (long)items.Count - Index - 1,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => depth0 + 1L,
        "depth0" => (long)depth0,
        "previtem" => Index > 0 ? items[Index - 1] : new JinjaUndefined("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new JinjaUndefined("there is no next item"),
        "cycle" => new JinjaCallable("cycle", (_, a) => a.Positional.Count > 0
            ? a.Positional[Index % a.Positional.Count]
            : throw new JinjaException("cycle() wants items to cycle through")),
        "changed" => new JinjaCallable("changed", (_, a) => Changed(a)),
        _ => new JinjaUndefined($"'loop' has no attribute '{name}'"),
    };

    private object Changed(JinjaArguments arguments)
    {
        var now = new JinjaList(arguments.Positional, isTuple: true);
        var changed = !JinjaValue.AreEqual(_changedBefore, now);
        _changedBefore = now;
        return changed;
    }
}
