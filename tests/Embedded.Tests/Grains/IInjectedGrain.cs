namespace Preble.Embedded.Tests.Grains;

/// <summary>A grain made with services; not derived from the base class.</summary>
internal interface IInjectedGrain : IGrainWithStringKey
{
    Task<(string Key, bool SameContext, bool HasTime, bool HasLog)> Facts();

    Task<ScopedThing> Scoped();

    Task<IGrainContext> Context();

    Task DeactivateSelf();
}
