using System.Numerics;

namespace Preble.Engine.Text.Jinja;

/// <summary>
/// What values mean, as in Python. A value is null (None), bool, long, <see cref="BigInteger"/> (whole numbers beyond 64 bits, which are only passed
/// on), double, string, <see cref="JinjaList"/>, <see cref="JinjaDict"/>, <see cref="JinjaNamespace"/>, <see cref="JinjaCallable"/>,
/// <see cref="JinjaLoop"/> or <see cref="JinjaUndefined"/>.
/// </summary>
internal static class JinjaValue
{
    internal static bool IsTrue(object? value) => value switch
    {
        null or JinjaUndefined => false,
        bool flag => flag,
        long number => number != 0,
        BigInteger => true,
        double number => number != 0,
        string text => text.Length > 0,
        JinjaList list => list.Count > 0,
        JinjaDict dict => dict.Count > 0,
        _ => true,
    };

    internal static string TypeName(object? value) => value switch
    {
        null => "None",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        JinjaList { IsTuple: true } => "tuple",
        JinjaList => "list",
        JinjaDict => "dict",
        JinjaNamespace => "namespace",
        JinjaUndefined => "undefined value",
        _ => "function",
    };

    internal static bool IsNumber(object? value) => value is bool or long or BigInteger or double;

    internal static bool AreEqual(object? left, object? right, int depth = 0)
    {
        CheckDepth(depth);
        return (left, right) switch
        {
            (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
            (JinjaList a, JinjaList b) => a.IsTuple == b.IsTuple && a.Count == b.Count && a.Zip(b).All(p => AreEqual(p.First, p.Second, depth + 1)),
            (JinjaDict a, JinjaDict b) => a.Count == b.Count
                && a.Items.All(p => b.TryGet(JinjaDict.ValueOf(p.Key), out var other) && AreEqual(p.Value, other, depth + 1)),
            (JinjaUndefined, JinjaUndefined) => true,
            _ when IsNumber(left) && IsNumber(right) => CompareNumbers(left!, right!) == 0,
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>Order as Python's; values without one are an error.</summary>
    internal static int Compare(object? left, object? right, int depth = 0)
    {
        CheckDepth(depth);
        switch (left, right)
        {
            case (JinjaUndefined undefined, _):
                throw undefined.Error();
            case (_, JinjaUndefined undefined):
                throw undefined.Error();
            case (string a, string b):
                return PythonText.Compare(a, b);
            case (JinjaList a, JinjaList b) when a.IsTuple == b.IsTuple:
                for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
                {
                    if (!AreEqual(a[i], b[i]))
                    {
                        return Compare(a[i], b[i], depth + 1);
                    }
                }

                return a.Count.CompareTo(b.Count);
            case var _ when IsNumber(left) && IsNumber(right):
                return CompareNumbers(left!, right!);
            default:
                throw new JinjaException($"{TypeName(left)} and {TypeName(right)} have no order");
        }
    }

    /// <summary>The elements that a loop runs over: of a list, the characters of a string, the keys of a dict, none of an undefined value.</summary>
    internal static IEnumerable<object?> Iterate(object? value) => value switch
    {
        JinjaList list => list,
        string text => PythonText.Characters(text),
        JinjaDict dict => dict.Keys.Select(JinjaDict.ValueOf),
        JinjaUndefined => [],
        _ => throw new JinjaException($"a {TypeName(value)} cannot be iterated over"),
    };

    internal static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part
            ? text.Contains(part, StringComparison.Ordinal)
            : throw new JinjaException($"'in <string>' wants a string on the left, not a {TypeName(item)}"),
        JinjaDict dict => dict.Contains(item),
        _ => Iterate(container).Any(element => AreEqual(element, item)),
    };

    /// <summary>A whole number, as an index, a width or a count.</summary>
    internal static long Integer(object? value, string what) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        JinjaUndefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"{what} must be a whole number, not a {TypeName(value)}"),
    };

    internal static string String(object? value, string what) => value switch
    {
        string text => text,
        JinjaUndefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"{what} must be a string, not a {TypeName(value)}"),
    };

    internal static double Double(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        BigInteger number => (double)number,
        _ => (double)value,
    };

    internal static void CheckDepth(int depth)
    {
        if (depth > JinjaLimits.ValueNestingMax)
        {
            throw new JinjaException($"values are nested more than {JinjaLimits.ValueNestingMax} deep");
        }
    }

    private static int CompareNumbers(object left, object right)
    {
        if (left is not double && right is not double)
        {
            return Whole(left).CompareTo(Whole(right));
        }

        // NaN is equal to nothing and in no order; 1 keeps "==" false, which is all that templates can make of it.
        var (a, b) = (Double(left), Double(right));
        return a < b ? -1 : a == b ? 0 : 1;
    }

    private static BigInteger Whole(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };
}
