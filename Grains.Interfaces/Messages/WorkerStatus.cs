namespace Preble.Grains.Interfaces;

/// <summary>A worker as the scheduler sees it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-status")]
public sealed record WorkerStatus
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>cpu, cuda, openai or simulated.</summary>
    [Id(6)]
    public required string Kind { get; init; }

    /// <summary>Sequences placed on it that have not ended.</summary>
    [Id(1)]
    public required int Live { get; init; }

    /// <summary>Predicted prefill time that waits there.</summary>
    [Id(2)]
    public required double QueuedPrefillSeconds { get; init; }

    /// <summary>Empty pages, as last reported.</summary>
    [Id(3)]
    public required int PagesFree { get; init; }

    /// <summary>Reusable pages, as last reported.</summary>
    [Id(4)]
    public required int PagesCached { get; init; }

    /// <summary>Pages in use, as last reported.</summary>
    [Id(5)]
    public required int PagesHeld { get; init; }
}
