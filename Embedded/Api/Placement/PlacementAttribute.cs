namespace Orleans.Placement;

/// <summary>Where activations of a grain class are put in a cluster. Inert here: there is one process.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public abstract class PlacementAttribute : Attribute;
