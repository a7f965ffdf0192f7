using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Orleans.Runtime;
using Preble.Embedded.Activations;

namespace Preble.Embedded.References;

/// <summary>Makes references of one grain interface. Its proxy type is emitted once per process.</summary>
internal sealed class ProxyFactory
{
    private static readonly ConcurrentDictionary<Type, Lazy<ProxyFactory>> Factories = new();

    private readonly Func<GrainTypeActivations, string, GrainReference> _create;

    private ProxyFactory(Type interfaceType)
    {
        Type proxy = ProxyEmitter.Emit(interfaceType);
        ParameterExpression activations = Expression.Parameter(typeof(GrainTypeActivations));
        ParameterExpression key = Expression.Parameter(typeof(string));
        ConstructorInfo constructor = proxy.GetConstructors().Single();
        _create = Expression.Lambda<Func<GrainTypeActivations, string, GrainReference>>(
            Expression.New(constructor, activations, key), activations, key).Compile();
    }

    /// <summary>The factory of an interface.</summary>
    /// <exception cref="NotSupportedException">The interface has a method that grains cannot have.</exception>
    public static ProxyFactory For(Type interfaceType) =>
        Factories.GetOrAdd(interfaceType, static type => new Lazy<ProxyFactory>(() => new ProxyFactory(type))).Value;

    /// <summary>A reference to the grain of a key.</summary>
    /// <exception cref="InvalidCastException">The class does not implement the interface.</exception>
    public GrainReference Create(GrainTypeActivations activations, string key) => _create(activations, key);
}
