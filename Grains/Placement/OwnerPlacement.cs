using Preble.Grains.Interfaces;

namespace Preble.Grains.Placement;

/// <summary>
/// Only on the silo that owns what the grain stands for (<see cref="GrainKeys.SiloOf"/> of its key). While that silo is gone there is no place: a call
/// fails and no empty activation is made. A grain whose key names no silo stands in each silo where it is asked. Other silos are never asked where a
/// grain is, so that the death of one delays nobody else's.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.owner-placement")]
public sealed class OwnerPlacement : PlacementStrategy
{
    /// <summary>False: the key alone says where, so that no record of an earlier place is ever followed.</summary>
    public override bool IsUsingGrainDirectory => false;
}
