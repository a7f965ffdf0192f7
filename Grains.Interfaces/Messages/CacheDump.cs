namespace Preble.Grains.Interfaces;

/// <summary>Everything that a worker's cache holds.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cache-dump")]
public sealed record CacheDump
{
    /// <summary>The worker.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Of the worker.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>The last event that is contained.</summary>
    [Id(2)]
    public required long Sequence { get; init; }

    /// <summary>Every longest path held, the least recently used first.</summary>
    [Id(3)]
    public required CachePath[] Paths { get; init; }
}
