using System.Reflection;
using System.Runtime.CompilerServices;

namespace Preble.Grains.Tests.Wire;

/// <summary>Makes messages of any type with every property set, to a value of its own.</summary>
/// <param name="arrayLength">Elements of every array but those within elements, which have two.</param>
/// <param name="withNulls">Whether what may be null is.</param>
internal sealed class MessageMaker(int arrayLength, bool withNulls)
{
    private readonly NullabilityInfoContext _nullability = new();
    private int _next;

    public object Make(Type message) => Make(message, arrayLength);

    private object Make(Type type, int length)
    {
        _next++;
        return type switch
        {
            _ when type == typeof(string) => $"value {_next} \u00e9\ud83d\ude00",
            _ when type == typeof(bool) => true,
            _ when type == typeof(byte) => (byte)_next,
            _ when type == typeof(int) => _next % 2 == 0 ? _next : int.MaxValue - _next,
            _ when type == typeof(long) => long.MinValue + _next,
            _ when type == typeof(ulong) => ulong.MaxValue - (ulong)_next,
            _ when type == typeof(float) => _next + 0.1f,
            _ when type == typeof(double) => _next + 0.1,
            _ when type == typeof(KeyValuePair<int, double>) => new KeyValuePair<int, double>(_next, -_next - 0.5),
            { IsEnum: true } => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!,
            { IsArray: true } => MakeArray(type.GetElementType()!, length),
            _ when Nullable.GetUnderlyingType(type) is { } underlying => Make(underlying, length),
            { IsClass: true } when type.Assembly == typeof(Preble.Grains.Interfaces.GenerateRequest).Assembly => MakeRecord(type, length),
            _ => throw new NotSupportedException($"No message has had a {type} so far: say here how to make one."),
        };
    }

    private Array MakeArray(Type element, int length)
    {
        var array = Array.CreateInstance(element, length);
        for (int index = 0; index < length; index++)
        {
            array.SetValue(Make(element, Math.Min(length, 2)), index);
        }

        return array;
    }

    private object MakeRecord(Type type, int length)
    {
        object message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            bool leftNull = withNulls && _nullability.Create(property).WriteState == NullabilityState.Nullable;
            property.SetValue(message, leftNull ? null : Make(property.PropertyType, length));
        }

        return message;
    }
}
