namespace Preble.Engine.Text.Jinja;

/// <summary>Attributes, items and slices of values.</summary>
internal static class Access
{
    internal static object? Attribute(object? value, string name)
    {
        switch (value)
        {
            case JinjaUndefined undefined:
                throw undefined.Error();
            case JinjaLoop loop:
                return loop.Attribute(name);
            case JinjaNamespace space:
                return space.Attributes.TryGetValue(name, out var attribute) ? attribute : Missing(value, name);
            case string text when StringMethods.TryGet(text, name) is { } method:
                return method;
            case JinjaDict dict when DictMethods.TryGet(dict, name) is { } method:
                return method;
            case JinjaDict dict:
                return dict.TryGet(name, out var item) ? item : Missing(value, name);
            case JinjaList list when ListMethods.TryGet(list, name) is { } method:
                return method;
            default:
                return Missing(value, name);
        }
    }

    internal static object? Item(object? value, object? key)
    {
        switch (value)
        {
            case JinjaUndefined undefined:
                throw undefined.Error();
            case JinjaDict dict when key is not (JinjaList { IsTuple: false } or JinjaDict or JinjaUndefined) && dict.TryGet(key, out var item):
                return item;
            case JinjaList list when key is long or bool:
                var index = JinjaValue.Integer(key, "an index");
                index += index < 0 ? list.Count : 0;
                return index >= 0 && index < list.Count ? list[(int)index] : new JinjaUndefined($"the list has no item {key}");
            case string text when key is long or bool:
                var length = PythonText.Length(text);
                var at = JinjaValue.Integer(key, "an index");
                at += at < 0 ? length : 0;
                return at >= 0 && at < length ? PythonText.Slice(text, at, at + 1) : new JinjaUndefined($"the string has no character {key}");
            default:
                return key is string name
                    ? Attribute(value, name)
                    : new JinjaUndefined($"a {JinjaValue.TypeName(value)} has no item {PythonText.Repr(key)}");
        }
    }

    internal static object Slice(RenderContext context, object? value, object? start, object? stop, object? step)
    {
        var count = value switch
        {
            string whole => PythonText.Length(whole),
            JinjaList list => list.Count,
            JinjaUndefined undefined => throw undefined.Error(),
            _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} cannot be sliced"),
        };
        var by = step is null ? 1 : JinjaValue.Integer(step, "a slice's step");
        if (by == 0)
        {
            throw new JinjaException("a slice's step must not be 0");
        }

        var lowest = by < 0 ? -1 : 0;
        var highest = by < 0 ? count - 1 : count;
        var from = Bound(start, count, lowest, highest, by < 0 ? highest : lowest);
        var to = Bound(stop, count, lowest, highest, by < 0 ? lowest : highest);
        if (value is string text && by == 1)
        {
            return context.Made(PythonText.Slice(text, from, Math.Max(from, to)));
        }

        var items = value as IReadOnlyList<object?> ?? PythonText.Characters((string)value!);
        var picked = new List<object?>();
        for (var i = from; by > 0 ? i < to : i > to; i += by)
        {
            picked.Add(items[(int)i]);
            if (by > count || by < -count)
            {
                break; // The next place is outside, and adding to it may overflow.
            }
        }

        context.Step(picked.Count);
        return value is string ? context.Made(string.Concat(picked.Cast<string>())) : new JinjaList(picked, ((JinjaList)value).IsTuple);
    }

    private static long Bound(object? value, int count, long lowest, long highest, long whenAbsent)
    {
        if (value is null)
        {
            return whenAbsent;
        }

        var bound = JinjaValue.Integer(value, "a slice's bound");
        return Math.Clamp(bound < 0 ? bound + count : bound, lowest, highest);
    }

    private static JinjaUndefined Missing(object? value, string name) => new($"'{JinjaValue.TypeName(value)} object' has no attribute '{name}'");
}
