namespace Preble.Silo.Actors;

/// <summary>A silo of the cluster.</summary>
/// <param name="Address">The host's own name for it.</param>
/// <param name="Generation">Larger for one that started later at the same place.</param>
/// <param name="Title">What it says of itself.</param>
internal readonly record struct SiloMember<TAddress>(TAddress Address, long Generation, SiloTitle Title);
