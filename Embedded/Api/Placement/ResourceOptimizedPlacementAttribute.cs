namespace Orleans.Placement;

/// <summary>Prefers the silo with the most spare resources. Inert here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class ResourceOptimizedPlacementAttribute : PlacementAttribute;
