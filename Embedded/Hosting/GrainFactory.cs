using Orleans;
using Orleans.Runtime;
using Preble.Embedded.References;

namespace Preble.Embedded.Hosting;

/// <summary>Gives references to the grains of one host.</summary>
/// <param name="catalog">Its classes.</param>
internal sealed class GrainFactory(GrainCatalog catalog) : IGrainFactory
{
    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => (TGrainInterface)Reference(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    /// <inheritdoc/>
    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)Reference(grainInterfaceType, grainPrimaryKey, null);

    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)ProxyFactory.For(typeof(TGrainInterface)).Create(catalog.Find(grainId.Type), grainId.Key.ToString());

    private object Reference(Type interfaceType, string key, string? classNamePrefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return ProxyFactory.For(interfaceType).Create(catalog.Find(interfaceType, classNamePrefix), key);
    }
}
