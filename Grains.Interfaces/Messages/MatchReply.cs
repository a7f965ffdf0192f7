namespace Preble.Grains.Interfaces;

/// <summary>Pages of a prompt on every worker that has any.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.match-reply")]
public sealed record MatchReply
{
    /// <summary>In no particular order.</summary>
    [Id(0)]
    public required WorkerMatch[] Workers { get; init; }

    /// <summary>The longest match of all, in pages.</summary>
    [Id(1)]
    public required int LongestPages { get; init; }

    /// <summary>Page counts at which the nodes of the matched path end, ascending; empty unless it was asked for.</summary>
    [Id(2)]
    public required int[] PathEnds { get; init; }

    /// <summary>Share of evicted pages that are asked for again soon, from 0 to 1.</summary>
    [Id(3)]
    public required double EvictionRegret { get; init; }

    /// <summary>Leading pages that other prompts go through as well.</summary>
    [Id(4)]
    public required int SharedPages { get; init; }
}
