namespace Preble.Grains.Interfaces;

/// <summary>A full picture of a worker's load, newer ones replacing older ones.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-report")]
public sealed record WorkerReport
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Of the worker.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>Grows with every report of the epoch.</summary>
    [Id(2)]
    public required long Sequence { get; init; }

    /// <summary>Every sequence that waits or runs.</summary>
    [Id(3)]
    public required SequenceReport[] Live { get; init; }

    /// <summary>Empty pages.</summary>
    [Id(4)]
    public required int PagesFree { get; init; }

    /// <summary>Pages that hold reusable prefixes and that nobody uses now.</summary>
    [Id(5)]
    public required int PagesCached { get; init; }

    /// <summary>Pages in use.</summary>
    [Id(6)]
    public required int PagesHeld { get; init; }
}
