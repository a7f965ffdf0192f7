namespace Preble.Silo.Actors;

/// <summary>The list of silos, which outlives all of them.</summary>
internal interface ISiloList<TAddress>
{
    /// <summary>All others that are active or about to join.</summary>
    Task<ListedSilo<TAddress>[]> ReadAsync();

    /// <summary>Notes that a silo is dead, if that can be noted now.</summary>
    Task DeclareDeadAsync(TAddress silo);
}
