namespace Preble.Grains.Placement;

/// <summary>
/// On a silo without workers where there is one, the same for all grains with one key, so that the scheduler and the tree of a model stand beside each other
/// and a worker's death takes neither with it.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.control-placement")]
public sealed class ControlPlacement : PlacementStrategy;
