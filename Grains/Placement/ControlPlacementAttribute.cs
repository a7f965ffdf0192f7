using Orleans.Placement;

namespace Preble.Grains.Placement;

/// <summary>Marks a grain class that is placed by <see cref="ControlPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ControlPlacementAttribute() : PlacementAttribute(new ControlPlacement());
