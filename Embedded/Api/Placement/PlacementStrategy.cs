namespace Orleans.Runtime;

/// <summary>Where activations of a grain class are made. In one process there is one place, so that it is never asked here.</summary>
public abstract class PlacementStrategy;
