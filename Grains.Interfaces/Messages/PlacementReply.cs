namespace Preble.Grains.Interfaces;

/// <summary>Where a prompt goes, or why nowhere.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.placement-reply")]
public sealed record PlacementReply
{
    /// <summary>Null when placed; otherwise QueueFull, NoWorker or PromptTooLong.</summary>
    [Id(0)]
    public Outcome? Refusal { get; init; }

    /// <summary>The worker chosen, when placed.</summary>
    [Id(1)]
    public string? WorkerId { get; init; }

    /// <summary>What is expected to be cached there.</summary>
    [Id(2)]
    public required int ExpectedCachedTokens { get; init; }

    /// <summary>Why nowhere.</summary>
    [Id(3)]
    public string? Message { get; init; }

    /// <summary>When a place should be free.</summary>
    [Id(4)]
    public double? RetryAfterSeconds { get; init; }

    /// <summary>Of the worker chosen; 0 from a scheduler that does not tell it.</summary>
    [Id(5)]
    public long WorkerEpoch { get; init; }
}
