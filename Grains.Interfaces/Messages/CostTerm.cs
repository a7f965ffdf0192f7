namespace Preble.Grains.Interfaces;

/// <summary>A named part of a cost.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cost-term")]
public sealed record CostTerm
{
    /// <summary>As the policy calls it.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>In the unit of the cost.</summary>
    [Id(1)]
    public required double Value { get; init; }
}
