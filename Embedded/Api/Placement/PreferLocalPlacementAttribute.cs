namespace Orleans.Placement;

/// <summary>Prefers the silo that sent the first call. Inert here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class PreferLocalPlacementAttribute : PlacementAttribute;
