namespace Preble.Grains.Interfaces;

/// <summary>Why a request was placed where it was, and how the prediction came out.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.placement-explanation")]
public sealed record PlacementExplanation
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>The policy that chose.</summary>
    [Id(1)]
    public required string Policy { get; init; }

    /// <summary>The worker chosen.</summary>
    [Id(2)]
    public required string WorkerId { get; init; }

    /// <summary>Length of the prompt.</summary>
    [Id(3)]
    public required int PromptTokens { get; init; }

    /// <summary>Expected time to the first token.</summary>
    [Id(5)]
    public required double PredictedTtftSeconds { get; init; }

    /// <summary>Measured time from placement to the first token, once known.</summary>
    [Id(6)]
    public double? ActualTtftSeconds { get; init; }

    /// <summary>What was expected to be cached there.</summary>
    [Id(7)]
    public required int ExpectedCachedTokens { get; init; }

    /// <summary>What was, once known.</summary>
    [Id(8)]
    public int? ActualCachedTokens { get; init; }

    /// <summary>Expected time to compute what was not cached.</summary>
    [Id(9)]
    public required double PredictedPrefillSeconds { get; init; }

    /// <summary>Measured time from placement to the end, once known.</summary>
    [Id(10)]
    public double? ActualTotalSeconds { get; init; }

    /// <summary>Tokens produced over all choices, once known.</summary>
    [Id(11)]
    public int? ActualOutputTokens { get; init; }

    /// <summary>How it ended, once known.</summary>
    [Id(12)]
    public RequestState? ActualState { get; init; }

    /// <summary>What the workers that were considered would have cost, as <see cref="PlacementTable.ToBytes"/> writes it; empty once that is forgotten.</summary>
    [Id(14)]
    public required byte[] Table { get; init; }

    /// <summary>
    /// What the workers that were considered would have cost: all of them or, of more than are kept, the chosen one and then the cheapest. Without rows once
    /// that is forgotten.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no table.</exception>
    public PlacementTable ReadTable() => Table.Length > 0 ? PlacementTable.Read(Table) : new PlacementTable { Terms = [], Candidates = [] };
}
