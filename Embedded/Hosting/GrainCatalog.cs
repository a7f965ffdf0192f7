using Orleans.Runtime;
using Preble.Embedded.Activations;

namespace Preble.Embedded.Hosting;

/// <summary>The grain classes of a host and their activations.</summary>
internal sealed class GrainCatalog
{
    private readonly Dictionary<Type, List<GrainTypeActivations>> _byInterface = [];
    private readonly Dictionary<GrainType, GrainTypeActivations> _byType = [];

    /// <exception cref="ArgumentException">Two classes have the same grain type.</exception>
    public GrainCatalog(EmbeddedHost host, IEnumerable<Type> implementations, TimeSpan idleAge)
    {
        foreach (Type implementation in implementations)
        {
            var activations = new GrainTypeActivations(host, new GrainClass(implementation, idleAge));
            if (!_byType.TryAdd(activations.Class.Type, activations))
            {
                Type other = _byType[activations.Class.Type].Class.Implementation;
                throw new ArgumentException($"{implementation} and {other} both have the grain type {activations.Class.Type}.");
            }

            foreach (Type type in activations.Class.Interfaces)
            {
                if (!_byInterface.TryGetValue(type, out List<GrainTypeActivations>? classes)) _byInterface[type] = classes = [];
                classes.Add(activations);
            }
        }
    }

    /// <summary>All classes.</summary>
    public IEnumerable<GrainTypeActivations> All => _byType.Values;

    /// <summary>The class that implements an interface.</summary>
    /// <param name="interfaceType">The interface.</param>
    /// <param name="classNamePrefix">Start of the full class name, or null for any.</param>
    /// <exception cref="ArgumentException">None fits, or more than one.</exception>
    public GrainTypeActivations Find(Type interfaceType, string? classNamePrefix)
    {
        List<GrainTypeActivations> classes = _byInterface.GetValueOrDefault(interfaceType) ?? [];
        if (classNamePrefix is not null)
        {
            classes = classes.FindAll(activations => activations.Class.Implementation.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal));
        }

        return classes switch
        {
            [var only] => only,
            [] => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}."),
            _ => throw new ArgumentException(
                $"Several classes implement {interfaceType}: {string.Join(", ", classes.Select(static found => found.Class.Implementation))}."),
        };
    }

    /// <summary>The class of a grain type.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GrainTypeActivations Find(GrainType type) =>
        _byType.GetValueOrDefault(type) ?? throw new ArgumentException($"Could not find a grain class of type {type}.");
}
