namespace Preble.Grains.Interfaces;

/// <summary>Whether a scheduler counts on a worker.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-standing")]
public sealed record WorkerStanding
{
    /// <summary>Whether it is registered and was heard of lately.</summary>
    [Id(0)]
    public required bool Known { get; init; }

    /// <summary>Of its registration; 0 if it is not known.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>Other workers that take prompts: neither leaving nor lost as it seems.</summary>
    [Id(2)]
    public required int Others { get; init; }
}
