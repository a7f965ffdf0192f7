using System.Numerics;

namespace Preble.Engine.Text.Jinja;

/// <summary>The tests that <c>is</c> and the select filters name.</summary>
internal static class Tests
{
    internal static bool Holds(string name, object? value, JinjaArguments arguments)
    {
        object? Other() => arguments.Bind(name, 1, "other")[0];
        bool Alone(bool holds)
        {
            arguments.Bind(name, 0);
            return holds;
        }

        return name switch
        {
            "defined" => Alone(value is not JinjaUndefined),
            "undefined" => Alone(value is JinjaUndefined),
            "none" => Alone(value is null),
            "string" => Alone(value is string),
            "number" => Alone(JinjaValue.IsNumber(value)),
            "integer" => Alone(value is long or BigInteger),
            "float" => Alone(value is double),
            "boolean" => Alone(value is bool),
            "true" => Alone(value is true),
            "false" => Alone(value is false),
            "mapping" => Alone(value is JinjaDict),
            "sequence" => Alone(value is string or JinjaList or JinjaDict or JinjaUndefined),
            "iterable" => Alone(value is string or JinjaList or JinjaDict or JinjaUndefined),
            "callable" => Alone(value is JinjaCallable),
            "odd" => Alone(Remainder(value, 2L) == 1),
            "even" => Alone(Remainder(value, 2L) == 0),
            "lower" => Alone(IsLower(PythonText.Of(value))),
            "upper" => Alone(IsUpper(PythonText.Of(value))),
            "divisibleby" => Remainder(value, Other()) == 0,
            "sameas" => Other() is var same && (ReferenceEquals(value, same) || (value is bool or long && Equals(value, same))),
            "in" => JinjaValue.Contains(Other(), value),
            "eq" or "equalto" or "==" => ComparisonExpression.Holds("==", value, Other()),
            "ne" or "!=" => ComparisonExpression.Holds("!=", value, Other()),
            "lt" or "lessthan" or "<" => ComparisonExpression.Holds("<", value, Other()),
            "le" or "<=" => ComparisonExpression.Holds("<=", value, Other()),
            "gt" or "greaterthan" or ">" => ComparisonExpression.Holds(">", value, Other()),
            "ge" or ">=" => ComparisonExpression.Holds(">=", value, Other()),
            _ => throw new JinjaException($"there is no test '{name}'"),
        };
    }

    private static double Remainder(object? value, object? divisor) => value is string
        ? throw new JinjaException("the value must be a number, not a str")
        : JinjaValue.Double(Arithmetic.Remainder(value, divisor));

    private static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    private static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);
}
