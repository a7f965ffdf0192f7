namespace Preble.Grains.Interfaces;

/// <summary>What became of a placed request.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.completion-report")]
public sealed record CompletionReport
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>Where it ran.</summary>
    [Id(1)]
    public required string WorkerId { get; init; }

    /// <summary>How it ended.</summary>
    [Id(2)]
    public required Outcome Outcome { get; init; }

    /// <summary>What was cached, in tokens.</summary>
    [Id(3)]
    public required int CachedTokens { get; init; }

    /// <summary>What it produced, over all choices.</summary>
    [Id(4)]
    public required int OutputTokens { get; init; }

    /// <summary>From placement to the first token; null if none came.</summary>
    [Id(5)]
    public double? TtftSeconds { get; init; }

    /// <summary>From placement to the end.</summary>
    [Id(6)]
    public required double TotalSeconds { get; init; }

    /// <summary>Whether the reply is to say why it was placed there.</summary>
    [Id(7)]
    public bool Explained { get; init; }
}
