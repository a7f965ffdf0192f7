namespace Preble.Engine.Text.Jinja;

/// <summary>A dict in order of insertion. Keys are as in Python: 1, 1.0 and true are the same.</summary>
internal sealed class JinjaDict
{
    private readonly OrderedDictionary<object, object?> _items = new(KeyComparer.Instance);

    internal int Count => _items.Count;

    internal IEnumerable<KeyValuePair<object, object?>> Items => _items;

    internal IEnumerable<object> Keys => _items.Keys;

    internal IEnumerable<object?> Values => _items.Values;

    internal bool TryGet(object? key, out object? value) => _items.TryGetValue(Key(key), out value);

    internal bool Contains(object? key) => _items.ContainsKey(Key(key));

    internal void Set(object? key, object? value) => _items[Key(key)] = value;

    private static object Key(object? key) => key switch
    {
        string or long or double or bool or System.Numerics.BigInteger => key,
        JinjaList { IsTuple: true } => key,
        JinjaUndefined undefined => throw undefined.Error(),
        null => NoneKey.Instance,
        _ => throw new JinjaException($"a {JinjaValue.TypeName(key)} cannot be the key of a dict"),
    };

    /// <summary>The value of a key as the template sees it.</summary>
    internal static object? ValueOf(object key) => key is NoneKey ? null : key;

    private sealed class NoneKey
    {
        internal static NoneKey Instance { get; } = new();
    }

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        internal static KeyComparer Instance { get; } = new();

        public new bool Equals(object? x, object? y) => JinjaValue.AreEqual(x, y);

        public int GetHashCode(object obj) => obj switch
        {
            bool flag => flag ? 1.0.GetHashCode() : 0.0.GetHashCode(),
            long number => ((double)number).GetHashCode(),
            System.Numerics.BigInteger number => ((double)number).GetHashCode(),
            JinjaList list => list.Aggregate(list.Count, (hash, item) => HashCode.Combine(hash, item is null ? 0 : GetHashCode(item))),
            _ => obj.GetHashCode(),
        };
    }
}
