using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Preble.Embedded.Activations;

/// <summary>What a grain class says about itself, read once.</summary>
internal sealed class GrainClass
{
    private const string Suffix = "grain";

    private readonly ObjectFactory _factory;

    /// <param name="implementation">A class that is not abstract and implements a grain interface.</param>
    /// <param name="idleAge">The age limit where the class has none of its own.</param>
    public GrainClass(Type implementation, TimeSpan idleAge)
    {
        if (!IsGrainClass(implementation)) throw new ArgumentException($"{implementation} is no grain class.", nameof(implementation));
        Implementation = implementation;
        Type = GrainType.Create(implementation.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? DefaultName(implementation));
        IsReentrant = implementation.IsDefined(typeof(ReentrantAttribute), inherit: true);
        IdleAge = AgeOf(implementation, idleAge);
        _factory = ActivatorUtilities.CreateFactory(implementation, System.Type.EmptyTypes);
    }

    public Type Implementation { get; }

    public GrainType Type { get; }

    public bool IsReentrant { get; }

    /// <summary>How long an activation may be unused; null for ever.</summary>
    public TimeSpan? IdleAge { get; }

    /// <summary>The grain interfaces that the class implements.</summary>
    public IEnumerable<Type> Interfaces => Implementation.GetInterfaces().Where(IsGrainInterface);

    public static bool IsGrainClass(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
        && !typeof(GrainReference).IsAssignableFrom(type)
        && type.GetInterfaces().Any(IsGrainInterface);

    public object Create(IServiceProvider services) => _factory(services, null);

    private static bool IsGrainInterface(Type type) => typeof(IGrain).IsAssignableFrom(type) && type.Assembly != typeof(IGrain).Assembly;

    private static string DefaultName(Type implementation)
    {
        string name = implementation.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    private static TimeSpan? AgeOf(Type implementation, TimeSpan idleAge)
    {
        if (implementation.IsDefined(typeof(KeepAliveAttribute), inherit: true)) return null;
        var limit = implementation.GetCustomAttribute<CollectionAgeLimitAttribute>(inherit: true);
        return limit is null ? idleAge : limit.AlwaysActive ? null : limit.AgeLimit;
    }
}
