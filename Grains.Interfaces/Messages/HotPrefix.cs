namespace Preble.Grains.Interfaces;

/// <summary>A prefix that was used much of late, as tokens, so that another worker can compute it.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.hot-prefix")]
public sealed record HotPrefix
{
    /// <summary>Whole pages. [tokens]</summary>
    [Id(0)]
    public required int[] Tokens { get; init; }

    /// <summary>Names the tenant's own cache, as in <see cref="GenerateRequest.PageKeySeed"/>.</summary>
    [Id(1)]
    public required ulong PageKeySeed { get; init; }

    /// <summary>One for each page.</summary>
    [Id(2)]
    public required ulong[] PageKeys { get; init; }
}
