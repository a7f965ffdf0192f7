namespace Preble.Grains.Interfaces;

/// <summary>Pages of a prompt on one worker.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-match")]
public sealed record WorkerMatch
{
    /// <summary>The worker.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Leading pages that it has computed.</summary>
    [Id(1)]
    public required int ResidentPages { get; init; }

    /// <summary>Leading pages that it has or will have, because a request with them was sent there.</summary>
    [Id(2)]
    public required int ExpectedPages { get; init; }

    /// <summary>Sum over what it would evict to make room, of tokens times share of its requests.</summary>
    [Id(3)]
    public required double EvictedUse { get; init; }

    /// <summary>The same with half the square of the tokens.</summary>
    [Id(4)]
    public required double EvictedUseSquare { get; init; }
}
