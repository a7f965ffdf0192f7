using System.Linq.Expressions;

namespace Preble.Embedded.References;

/// <summary>Tuple types of any number of arguments: the eighth and later ones nest in a rest, as in the language.</summary>
internal static class ArgumentTuple
{
    /// <summary>Arguments that one tuple holds beside its rest.</summary>
    public const int FlatMax = 7;

    private static readonly Type[] Definitions =
    [
        typeof(ValueTuple), typeof(ValueTuple<>), typeof(ValueTuple<,>), typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>),
        typeof(ValueTuple<,,,,>), typeof(ValueTuple<,,,,,>), typeof(ValueTuple<,,,,,,>),
    ];

    /// <summary>The tuple type of these arguments.</summary>
    public static Type TypeOf(ReadOnlySpan<Type> arguments)
    {
        if (arguments.Length == 0) return Definitions[0];
        if (arguments.Length <= FlatMax) return Definitions[arguments.Length].MakeGenericType(arguments.ToArray());
        return typeof(ValueTuple<,,,,,,,>).MakeGenericType([.. arguments[..FlatMax], TypeOf(arguments[FlatMax..])]);
    }

    /// <summary>An expression for one argument of a tuple.</summary>
    public static Expression Item(Expression tuple, int index) => index < FlatMax
        ? Expression.Field(tuple, $"Item{index + 1}")
        : Item(Expression.Field(tuple, "Rest"), index - FlatMax);
}
