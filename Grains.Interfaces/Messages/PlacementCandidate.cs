namespace Preble.Grains.Interfaces;

/// <summary>One worker in a decision.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.placement-candidate")]
public sealed record PlacementCandidate
{
    /// <summary>The worker.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>What was known to be cached there, promises included.</summary>
    [Id(1)]
    public required int CachedTokens { get; init; }

    /// <summary>Seconds, or the policy's own unit; the least of the eligible ones was chosen.</summary>
    [Id(2)]
    public required double Cost { get; init; }

    /// <summary>Whether the policy's rule admitted it.</summary>
    [Id(4)]
    public required bool Eligible { get; init; }

    /// <summary>What the cost is the sum of, in its unit, each named by <see cref="PlacementExplanation.Terms"/>. [terms]</summary>
    [Id(5)]
    public required double[] Terms { get; init; }
}
