using System.Numerics;

namespace Preble.Engine.Text.Jinja;

/// <summary>Python's arithmetic on whole numbers of 64 bits, floats, strings and lists.</summary>
internal static class Arithmetic
{
    internal static object? Apply(RenderContext context, string sign, object? left, object? right)
    {
        if (left is JinjaUndefined || right is JinjaUndefined)
        {
            throw (left as JinjaUndefined ?? (JinjaUndefined)right!).Error();
        }

        switch (sign, left, right)
        {
            case ("+", string a, string b):
                context.Make((long)a.Length + b.Length);
                return a + b;
            case ("+", JinjaList a, JinjaList b) when a.IsTuple == b.IsTuple:
                return context.List(a.Concat(b), a.IsTuple);
            case ("*", string or JinjaList, long or bool):
                return Repeat(context, left, JinjaValue.Integer(right, "a factor"));
            case ("*", long or bool, string or JinjaList):
                return Repeat(context, right, JinjaValue.Integer(left, "a factor"));
        }

        return Numbers(sign, left, right);
    }

    private static object Numbers(string sign, object? left, object? right)
    {
        if (left is null or BigInteger || right is null or BigInteger || !JinjaValue.IsNumber(left) || !JinjaValue.IsNumber(right))
        {
            throw new JinjaException($"{JinjaValue.TypeName(left)} {sign} {JinjaValue.TypeName(right)} is not defined");
        }

        if (sign == "/")
        {
            return JinjaValue.Double(right) != 0 ? JinjaValue.Double(left) / JinjaValue.Double(right) : throw DividedByZero();
        }

        try
        {
            return left is double || right is double
                ? Floats(sign, JinjaValue.Double(left), JinjaValue.Double(right))
                : Integers(sign, JinjaValue.Integer(left, "an operand"), JinjaValue.Integer(right, "an operand"));
        }
        catch (OverflowException)
        {
            throw new JinjaException("a whole number is beyond 64 bits");
        }
    }

    internal static object Remainder(object? left, object? right) => Numbers("%", left, right);

    internal static object Negative(object? value) => value switch
    {
        double number => -number,
        long number when number != long.MinValue => (object)-number, // As an object, or the arms of the switch would all become floats.
        bool flag => flag ? -1L : 0L,
        JinjaUndefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} cannot be negated"),
    };

    internal static object? Positive(object? value) => value switch
    {
        bool flag => flag ? 1L : 0L,
        long or double => value,
        JinjaUndefined undefined => throw undefined.Error(),
        _ => throw new JinjaException($"a {JinjaValue.TypeName(value)} has no sign"),
    };

    private static object Floats(string sign, double left, double right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "**" => Math.Pow(left, right),
        _ when right == 0 => throw DividedByZero(),
        "//" => Math.Floor(left / right),
        _ => left - (right * Math.Floor(left / right)),
    };

    private static object Integers(string sign, long left, long right) => checked(sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "**" => Power(left, right),
        _ when right == 0 => throw DividedByZero(),
        "//" => FloorDivide(left, right),
        _ => left - (FloorDivide(left, right) * right),
    });

    private static long FloorDivide(long left, long right)
    {
        var quotient = checked(left / right);
        return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
    }

    private static object Power(long left, long right)
    {
        if (right < 0)
        {
            return left != 0 ? Math.Pow(left, right) : throw DividedByZero();
        }

        if (left is >= -1 and <= 1)
        {
            return left == -1 && right % 2 == 0 ? 1L : right == 0 ? 1L : left;
        }

        return right <= JinjaLimits.ExponentMax ? (long)BigInteger.Pow(left, (int)right) : throw new OverflowException();
    }

    private static object Repeat(RenderContext context, object value, long count)
    {
        var times = Math.Max(0, count);
        if (value is string text)
        {
            context.Make(times > JinjaLimits.TextCharsMax ? long.MaxValue / 4 : text.Length * times);
            return string.Concat(Enumerable.Repeat(text, (int)times));
        }

        var list = (JinjaList)value;
        return context.List(list.Count == 0 ? [] : Repeated(list, times), list.IsTuple);
    }

    private static IEnumerable<object?> Repeated(JinjaList list, long times)
    {
        for (var i = 0L; i < times; i++)
        {
            foreach (var item in list)
            {
                yield return item;
            }
        }
    }

    private static JinjaException DividedByZero() => new("division by zero");
}
