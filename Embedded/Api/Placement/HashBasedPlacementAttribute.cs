namespace Orleans.Placement;

/// <summary>Prefers the silo that the hash of the key names. Inert here.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class HashBasedPlacementAttribute : PlacementAttribute;
