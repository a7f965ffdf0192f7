namespace Preble.Grains.Interfaces;

/// <summary>A model that is served.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.served-model-info")]
public sealed record ServedModelInfo
{
    /// <summary>What clients call it; key of its scheduler and tree.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Prompt and completion at most. [tokens]</summary>
    [Id(1)]
    public required int ContextTokensMax { get; init; }
}
