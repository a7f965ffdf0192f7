namespace Orleans.Placement;

/// <summary>Prefers the silo with the fewest active grains. Inert here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class ActivationCountBasedPlacementAttribute : PlacementAttribute;
