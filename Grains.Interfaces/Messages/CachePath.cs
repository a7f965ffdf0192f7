namespace Preble.Grains.Interfaces;

/// <summary>A path in a <see cref="CacheDump"/>, told from where it leaves an earlier one, so that no page stands there twice.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.cache-path")]
public sealed record CachePath
{
    /// <summary>The earlier path whose beginning it shares, by its place in the dump; of no meaning if it shares nothing.</summary>
    [Id(0)]
    public required int Base { get; init; }

    /// <summary>Leading pages that it has in common with that one. [pages]</summary>
    [Id(1)]
    public required int Shared { get; init; }

    /// <summary>Keys of its other pages. [pages]</summary>
    [Id(2)]
    public required ulong[] Keys { get; init; }
}
