namespace Preble.Grains.Interfaces;

/// <summary>What a worker that leaves would have the others know.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.hand-over")]
public sealed record HandOver
{
    /// <summary>Who leaves.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Its most used prefixes, the hottest first.</summary>
    [Id(1)]
    public required HotPrefix[] Prefixes { get; init; }
}
