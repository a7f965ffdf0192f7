namespace Preble.Silo.Actors;

/// <summary>Where a grain stands.</summary>
/// <param name="Silo">Name of the silo.</param>
/// <param name="Activation">Of the grain, where the silo is this one; null for another silo's, which is not known here.</param>
internal readonly record struct ControlStand(string Silo, string? Activation);
