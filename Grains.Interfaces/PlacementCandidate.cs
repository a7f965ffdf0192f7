namespace Preble.Grains.Interfaces;

/// <summary>One worker in a decision.</summary>
public sealed record PlacementCandidate
{
    /// <summary>The worker.</summary>
    public required string WorkerId { get; init; }

    /// <summary>What was known to be cached there, promises included.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Seconds, or the policy's own unit; the least of the eligible ones was chosen.</summary>
    public required double Cost { get; init; }

    /// <summary>Whether the policy's rule admitted it.</summary>
    public required bool Eligible { get; init; }

    /// <summary>What the cost is the sum of, in its unit, each named by <see cref="PlacementTable.Terms"/>; 64 at most. [terms]</summary>
    public required IReadOnlyList<double> Terms { get; init; }
}
