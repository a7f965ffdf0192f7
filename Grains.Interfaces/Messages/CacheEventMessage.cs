namespace Preble.Grains.Interfaces;

/// <summary>A change of what a worker's cache holds.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cache-event")]
public sealed record CacheEventMessage
{
    /// <summary>Counts the worker's events from 1 in its epoch.</summary>
    [Id(0)]
    public required long Sequence { get; init; }

    /// <summary>Stored, else evicted.</summary>
    [Id(1)]
    public required bool Stored { get; init; }

    /// <summary>Keys from the first page on.</summary>
    [Id(2)]
    public required ulong[] Path { get; init; }

    /// <summary>Index of the first page that changed.</summary>
    [Id(3)]
    public required int From { get; init; }
}
