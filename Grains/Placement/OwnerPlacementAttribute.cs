using Orleans.Placement;

namespace Preble.Grains.Placement;

/// <summary>Marks a grain class that is placed by <see cref="OwnerPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OwnerPlacementAttribute() : PlacementAttribute(new OwnerPlacement());
