namespace Preble.Grains.Interfaces;

/// <summary>One live sequence of a worker.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.sequence-report")]
public sealed record SequenceReport
{
    /// <summary>Of the request.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>Which completion.</summary>
    [Id(1)]
    public required int Choice { get; init; }

    /// <summary>Waiting, prefill or decode.</summary>
    [Id(2)]
    public required SequencePhase Phase { get; init; }

    /// <summary>What was cached when it started.</summary>
    [Id(3)]
    public required int CachedTokens { get; init; }

    /// <summary>What is left to prefill; while it waits, less what those before it will have computed.</summary>
    [Id(4)]
    public required int PrefillTokensLeft { get; init; }

    /// <summary>Tokens in its pages.</summary>
    [Id(5)]
    public required int ContextTokens { get; init; }

    /// <summary>Tokens produced.</summary>
    [Id(6)]
    public required int GeneratedTokens { get; init; }

    /// <summary>
    /// While it waits, tokens that are cached for it and could be evicted when its turn comes: no running sequence has them, and none before it in line will.
    /// </summary>
    [Id(7)]
    public required int UnheldTokens { get; init; }
}
