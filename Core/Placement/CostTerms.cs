using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>The parts of a cost, in the order of <see cref="IPlacementPolicy.Terms"/>.</summary>
[InlineArray(Count)]
public struct CostTerms
{
    /// <summary>Terms that a policy can have at most.</summary>
    public const int Count = 9;

    private double _first;
}
