using System.Reflection;
using Orleans;
using Preble.Embedded.Activations;

namespace Preble.Embedded;

/// <summary>What a host runs and its limits.</summary>
public sealed class EmbeddedActorOptions
{
    private readonly HashSet<Type> _grainClasses = [];

    /// <summary>How long an activation may be unused before it is deactivated, where its class does not say. 15 minutes.</summary>
    public TimeSpan IdleAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Time between two looks for idle activations, which so may live longer than their age. 1 minute.</summary>
    public TimeSpan CollectionPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a caller waits for a result, where the method does not say, before it gets a <see cref="TimeoutException"/>. 30 seconds. Kept
    /// to within two seconds, or two times itself when it is shorter than one; never early.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="Orleans.IGrainBase.OnActivateAsync"/> may take. 30 seconds.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="Orleans.IGrainBase.OnDeactivateAsync"/> may take, and how long disposal of a host waits. 30 seconds.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Requests, waiting and running, that one activation holds; further ones fail with <see cref="Orleans.Runtime.LimitExceededException"/>.
    /// 10,000.
    /// </summary>
    public int QueuedMessagesMax { get; set; } = 10_000;

    /// <summary>What turns run on; the thread pool.</summary>
    internal TaskScheduler Scheduler { get; set; } = TaskScheduler.Default;

    /// <summary>Puts something between those who ask for grains and the grains, such as faults; the inner factory gives the grains themselves.</summary>
    internal Func<IGrainFactory, IGrainFactory> Network { get; set; } = static grains => grains;

    internal IReadOnlyCollection<Type> GrainClasses => _grainClasses;

    /// <summary>Adds every grain class of an assembly: each class that is not abstract nor generic and implements a grain interface.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>These options.</returns>
    public EmbeddedActorOptions AddGrainAssembly(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        _grainClasses.UnionWith(assembly.GetTypes().Where(GrainClass.IsGrainClass));
        return this;
    }

    /// <summary>Adds one grain class.</summary>
    /// <typeparam name="TGrain">A class that is not abstract and implements a grain interface.</typeparam>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">It is none.</exception>
    public EmbeddedActorOptions AddGrain<TGrain>()
        where TGrain : class
    {
        if (!GrainClass.IsGrainClass(typeof(TGrain))) throw new ArgumentException($"{typeof(TGrain)} is no grain class.");
        _grainClasses.Add(typeof(TGrain));
        return this;
    }

    internal void Validate()
    {
        RequirePositive(IdleAge, nameof(IdleAge));
        RequirePositive(CollectionPeriod, nameof(CollectionPeriod));
        RequirePositive(ResponseTimeout, nameof(ResponseTimeout));
        RequirePositive(ActivationTimeout, nameof(ActivationTimeout));
        RequirePositive(DeactivationTimeout, nameof(DeactivationTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueuedMessagesMax, 1);
    }

    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(name, value, "The time must be over zero.");
    }
}
