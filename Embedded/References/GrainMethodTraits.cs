using System.Reflection;
using Orleans;
using Orleans.Concurrency;
using Preble.Embedded.Activations;

namespace Preble.Embedded.References;

/// <summary>What the signature and the attributes of a method of a grain interface say.</summary>
internal sealed class GrainMethodTraits
{
    /// <param name="method">The method.</param>
    /// <exception cref="NotSupportedException">Grains cannot have such a method.</exception>
    public GrainMethodTraits(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        ParameterInfo[] parameters = method.GetParameters();
        if (method.IsGenericMethodDefinition) throw new NotSupportedException($"{Name} is generic, which grain methods cannot be here.");
        if (method.IsSpecialName) throw new NotSupportedException($"{Name} is part of a property or event, which grain interfaces cannot have.");
        if (parameters.Any(static parameter => parameter.ParameterType.IsByRef || parameter.ParameterType.IsByRefLike))
        {
            throw new NotSupportedException($"{Name} has a parameter by reference.");
        }

        if (parameters.Count(static parameter => parameter.ParameterType == typeof(CancellationToken)) > 1)
        {
            throw new NotSupportedException($"{Name} has more than one cancellation token.");
        }

        Kind = method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? RequestKind.Interleaving
            : method.IsDefined(typeof(ReadOnlyAttribute)) ? RequestKind.ReadOnly
            : RequestKind.Exclusive;
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        Arguments = [.. parameters.Select(static parameter => parameter.ParameterType).Where(static type => type != typeof(CancellationToken))];
        TokenPosition = Array.FindIndex(parameters, static parameter => parameter.ParameterType == typeof(CancellationToken));
    }

    /// <summary>Interface and method.</summary>
    public string Name { get; }

    public RequestKind Kind { get; }

    public bool IsOneWay { get; }

    /// <summary>How long a caller waits; null for the host's own time.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Types of the arguments, without the cancellation token.</summary>
    public Type[] Arguments { get; }

    /// <summary>Position of the cancellation token among the parameters; -1 when there is none.</summary>
    public int TokenPosition { get; }
}
