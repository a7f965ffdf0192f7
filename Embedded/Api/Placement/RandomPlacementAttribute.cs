namespace Orleans.Placement;

/// <summary>Prefers a silo chosen by chance. Inert here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class RandomPlacementAttribute : PlacementAttribute;
