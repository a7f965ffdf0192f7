namespace Preble.Grains.Interfaces;

/// <summary>A full picture of a worker's load, newer ones replacing older ones.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.worker-report")]
public sealed record WorkerReport
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string WorkerId { get; init; }

    /// <summary>Of the worker.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>Grows with every report of the epoch.</summary>
    [Id(2)]
    public required long Sequence { get; init; }

    /// <summary>Every sequence that waits or runs.</summary>
    [Id(3)]
    public required SequenceReport[] Live { get; init; }

    /// <summary>Empty pages.</summary>
    [Id(4)]
    public required int PagesFree { get; init; }

    /// <summary>Pages that hold reusable prefixes and that nobody uses now.</summary>
    [Id(5)]
    public required int PagesCached { get; init; }

    /// <summary>Pages in use.</summary>
    [Id(6)]
    public required int PagesHeld { get; init; }

    /// <summary>Steps since the report before; 0, as the numbers after it, from a worker that does not measure them.</summary>
    [Id(7)]
    public int Steps { get; init; }

    /// <summary>Time that they took together.</summary>
    [Id(8)]
    public double StepSeconds { get; init; }

    /// <summary>Tokens of context that they computed.</summary>
    [Id(9)]
    public long PrefillTokens { get; init; }

    /// <summary>What attention over those cost: the sum over chunks of u tokens behind m of <c>u * (m + u/2)</c>.</summary>
    [Id(10)]
    public double PrefillSquares { get; init; }

    /// <summary>Sequences in decode, over all steps.</summary>
    [Id(11)]
    public long DecodeSequences { get; init; }

    /// <summary>Their context tokens, over all steps.</summary>
    [Id(12)]
    public long DecodeContextTokens { get; init; }
}
