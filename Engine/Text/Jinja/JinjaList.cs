using System.Collections;

namespace Preble.Engine.Text.Jinja;

/// <summary>A list or tuple. Templates cannot change one.</summary>
internal sealed class JinjaList(IReadOnlyList<object?> items, bool isTuple = false) : IReadOnlyList<object?>
{
    internal bool IsTuple { get; } = isTuple;

    public int Count => items.Count;

    public object? this[int index] => items[index];

    public IEnumerator<object?> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static JinjaList Tuple(params object?[] items) => new(items, isTuple: true);
}
