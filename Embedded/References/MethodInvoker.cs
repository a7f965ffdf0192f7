using System.Linq.Expressions;
using System.Reflection;

namespace Preble.Embedded.References;

/// <summary>Makes the object behind a proxy's method: a compiled call of the method on a grain.</summary>
internal static class MethodInvoker
{
    /// <summary>A <see cref="GrainMethod{TArgs, TResult}"/> or <see cref="StreamMethod{TArgs, T}"/> of the method.</summary>
    /// <exception cref="NotSupportedException">Grains cannot have such a method.</exception>
    public static object Create(MethodInfo method)
    {
        var traits = new GrainMethodTraits(method);
        Type args = ArgumentTuple.TypeOf(traits.Arguments);
        Type result = method.ReturnType;
        Type definition = Definition(result);
        Type element = result.IsGenericType ? result.GetGenericArguments()[0] : typeof(Unit);
        Type returned = definition == typeof(StreamMethod<,>) ? result : typeof(Task);

        ParameterExpression grain = Expression.Parameter(typeof(object));
        ParameterExpression tuple = Expression.Parameter(args);
        ParameterExpression token = Expression.Parameter(typeof(CancellationToken));
        Expression call = Expression.Call(Expression.Convert(grain, method.DeclaringType!), method, Arguments(traits, tuple, token));
        if (IsValueTask(result)) call = Expression.Call(call, nameof(ValueTask.AsTask), null);
        if (call.Type != returned) call = Expression.Convert(call, returned);

        Type delegateType = typeof(Func<,,,>).MakeGenericType(typeof(object), args, typeof(CancellationToken), returned);
        Delegate invoke = Expression.Lambda(delegateType, call, grain, tuple, token).Compile();
        return Activator.CreateInstance(definition.MakeGenericType(args, element), traits, invoke)!;
    }

    /// <summary>Whether a type is one of the two value tasks.</summary>
    public static bool IsValueTask(Type type) =>
        type == typeof(ValueTask) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static Type Definition(Type result)
    {
        if (result == typeof(Task) || IsValueTask(result)) return typeof(GrainMethod<,>);
        Type? generic = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        if (generic == typeof(Task<>)) return typeof(GrainMethod<,>);
        if (generic == typeof(IAsyncEnumerable<>)) return typeof(StreamMethod<,>);
        throw new NotSupportedException($"Grain methods return a task, a value task or an IAsyncEnumerable, not {result}.");
    }

    private static IEnumerable<Expression> Arguments(GrainMethodTraits traits, Expression tuple, Expression token)
    {
        int count = traits.Arguments.Length + (traits.TokenPosition < 0 ? 0 : 1);
        int item = 0;
        for (int i = 0; i < count; i++) yield return i == traits.TokenPosition ? token : ArgumentTuple.Item(tuple, item++);
    }
}
