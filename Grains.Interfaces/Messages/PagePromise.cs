namespace Preble.Grains.Interfaces;

/// <summary>Pages that a worker will soon hold.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.page-promise")]
public sealed record PagePromise
{
    /// <summary>The worker.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>The request that brings them.</summary>
    [Id(1)]
    public required string RequestId { get; init; }

    /// <summary>One key for each whole page of the prompt.</summary>
    [Id(2)]
    public required ulong[] PageKeys { get; init; }
}
