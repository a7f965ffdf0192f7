namespace Preble.Grains.Interfaces;

/// <summary>A prompt that wants a worker.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.placement-request")]
public sealed record PlacementRequest
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>One key for each whole page.</summary>
    [Id(1)]
    public required ulong[] PageKeys { get; init; }

    /// <summary>Its length.</summary>
    [Id(2)]
    public required int PromptTokens { get; init; }

    /// <summary>Limit of new tokens of a choice.</summary>
    [Id(3)]
    public required int MaxNewTokens { get; init; }

    /// <summary>How many completions.</summary>
    [Id(4)]
    public required int Choices { get; init; }

    /// <summary>Workers that have just lost it.</summary>
    [Id(5)]
    public required string[] ExcludedWorkers { get; init; }
}
