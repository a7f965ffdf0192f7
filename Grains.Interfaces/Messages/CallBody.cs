namespace Preble.Grains.Interfaces;

/// <summary>A call as it would be sent to the gateway.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.call-body")]
public sealed record CallBody
{
    /// <summary>What it asks for.</summary>
    [Id(0)]
    public required CallKind Kind { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    [Id(1)]
    public required byte[] Json { get; init; }
}
