namespace Preble.Grains.Interfaces;

/// <summary>A prompt to look up.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.match-request")]
public sealed record MatchRequest
{
    /// <summary>One key for each whole page.</summary>
    [Id(0)]
    public required ulong[] PageKeys { get; init; }

    /// <summary>Whether the policy weighs what would be evicted.</summary>
    [Id(1)]
    public required bool WithEvictionCost { get; init; }

    /// <summary>Length of the prompt.</summary>
    [Id(2)]
    public required int PromptTokens { get; init; }

    /// <summary>Whether the policy reads where the nodes of the path end.</summary>
    [Id(3)]
    public required bool WithPath { get; init; }
}
