using Orleans.Runtime;

namespace Orleans;

/// <summary>Gives references to grains. To get one activates nothing: the first call does.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain of this key.</summary>
    /// <typeparam name="TGrainInterface">A grain interface that exactly one grain class implements.</typeparam>
    /// <param name="primaryKey">The key.</param>
    /// <param name="grainClassNamePrefix">Start of the class name, where several classes implement the interface.</param>
    /// <exception cref="ArgumentException">No class implements the interface, or more than one fits.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>A reference to the grain of this key.</summary>
    /// <param name="grainInterfaceType">A grain interface that exactly one grain class implements.</param>
    /// <param name="grainPrimaryKey">The key.</param>
    /// <exception cref="ArgumentException">No class implements the interface, or more than one does.</exception>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

    /// <summary>A reference to the grain of this id.</summary>
    /// <typeparam name="TGrainInterface">An interface that the grain's class implements.</typeparam>
    /// <param name="grainId">The id.</param>
    /// <exception cref="ArgumentException">No class has the type of the id.</exception>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;
}
