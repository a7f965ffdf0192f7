namespace Preble.Grains.Interfaces;

/// <summary>Sizes of the tree.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.prefix-tree-status")]
public sealed record PrefixTreeStatus
{
    /// <summary>Nodes.</summary>
    [Id(0)]
    public required int Nodes { get; init; }

    /// <summary>Pages known.</summary>
    [Id(1)]
    public required long Pages { get; init; }

    /// <summary>Workers known.</summary>
    [Id(2)]
    public required int Workers { get; init; }
}
