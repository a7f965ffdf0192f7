namespace Preble.Silo.Actors;

/// <summary>A listed silo that does not answer.</summary>
/// <param name="Listed">The silo.</param>
/// <param name="IsDead">Whether it has been silent for so long that it counts as dead.</param>
internal readonly record struct SilentSilo<TAddress>(ListedSilo<TAddress> Listed, bool IsDead);
