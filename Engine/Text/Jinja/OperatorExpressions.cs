namespace Preble.Engine.Text.Jinja;

/// <summary><c>and</c>, <c>or</c>: the operand that decides.</summary>
internal sealed class LogicalExpression(JinjaPosition at, bool isAnd, Expression left, Expression right) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var value = left.Evaluate(context);
        return JinjaValue.IsTrue(value) == isAnd ? right.Evaluate(context) : value;
    }
}

/// <summary><c>not</c></summary>
internal sealed class NotExpression(JinjaPosition at, Expression operand) : Expression(at)
{
    protected override object? Compute(RenderContext context) => !JinjaValue.IsTrue(operand.Evaluate(context));
}

/// <summary>A sign before a number.</summary>
internal sealed class SignExpression(JinjaPosition at, bool isMinus, Expression operand) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var value = operand.Evaluate(context);
        context.At = At;
        return isMinus ? Arithmetic.Negative(value) : Arithmetic.Positive(value);
    }
}

/// <summary>An arithmetic operator.</summary>
internal sealed class ArithmeticExpression(JinjaPosition at, string sign, Expression left, Expression right) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var (a, b) = (left.Evaluate(context), right.Evaluate(context));
        context.At = At;
        return Arithmetic.Apply(context, sign, a, b);
    }
}

/// <summary><c>~</c>: the texts of all operands, one behind the other.</summary>
internal sealed class ConcatenationExpression(JinjaPosition at, IReadOnlyList<Expression> operands) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var parts = operands.Select(o => PythonText.Of(o.Evaluate(context))).ToList();
        context.At = At;
        context.Make(parts.Sum(p => (long)p.Length));
        return string.Concat(parts);
    }
}

/// <summary>Comparisons in a chain: <c>a &lt; b &lt;= c</c> holds if each does.</summary>
internal sealed class ComparisonExpression(JinjaPosition at, Expression first, IReadOnlyList<(string Sign, Expression Operand)> rest) : Expression(at)
{
    protected override object? Compute(RenderContext context)
    {
        var left = first.Evaluate(context);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.Evaluate(context);
            context.At = At;
            if (!Holds(sign, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    internal static bool Holds(string sign, object? left, object? right) => sign switch
    {
        "==" => JinjaValue.AreEqual(left, right),
        "!=" => !JinjaValue.AreEqual(left, right),
        "<" => JinjaValue.Compare(left, right) < 0,
        "<=" => JinjaValue.Compare(left, right) <= 0,
        ">" => JinjaValue.Compare(left, right) > 0,
        ">=" => JinjaValue.Compare(left, right) >= 0,
        "in" => JinjaValue.Contains(right, left),
        _ => !JinjaValue.Contains(right, left),
    };
}
