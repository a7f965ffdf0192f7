namespace Preble.Grains.Interfaces;

/// <summary>Consecutive cache events of a worker.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cache-event-batch")]
public sealed record CacheEventBatch
{
    /// <summary>The worker.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Of the worker.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>In order.</summary>
    [Id(2)]
    public required CacheEventMessage[] Events { get; init; }

    /// <summary>Number of the last event that there was when this was sent: who does not know all up to it has missed some. 0 says nothing.</summary>
    [Id(3)]
    public long LastEvent { get; init; }
}
