namespace Preble.Grains.Interfaces;

/// <summary>Tells silos whose messages do not fit each other apart: silos of different versions form no cluster.</summary>
public static class ContractVersion
{
    /// <summary>
    /// Raised with every change of a wire identity that is more than an addition: a name, an id, the type of a field or an argument, the bytes of a
    /// <see cref="PlacementTable"/>, or how silos are titled.
    /// </summary>
    public const int Current = 6;
}
