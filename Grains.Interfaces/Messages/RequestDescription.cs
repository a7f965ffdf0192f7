namespace Preble.Grains.Interfaces;

/// <summary>Where a request stands.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.request-description")]
public sealed record RequestDescription
{
    /// <summary>Its id.</summary>
    [Id(0)]
    public required string RequestId { get; init; }

    /// <summary>Its model.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(2)]
    public required RequestState State { get; init; }

    /// <summary>The worker that runs or ran it.</summary>
    [Id(3)]
    public string? WorkerId { get; init; }

    /// <summary>Length of the prompt.</summary>
    [Id(4)]
    public required int PromptTokens { get; init; }

    /// <summary>How many completions it produces.</summary>
    [Id(5)]
    public required int Choices { get; init; }

    /// <summary>Prompt tokens that the worker did not compute.</summary>
    [Id(6)]
    public required int CachedTokens { get; init; }

    /// <summary>Tokens produced so far, over all choices and all runs.</summary>
    [Id(7)]
    public required int CompletionTokens { get; init; }

    /// <summary>How many workers it was placed on.</summary>
    [Id(8)]
    public required int Attempts { get; init; }

    /// <summary>How it ended, once it has.</summary>
    [Id(9)]
    public Outcome? Outcome { get; init; }

    /// <summary>What failed, if something did.</summary>
    [Id(10)]
    public string? Message { get; init; }

    /// <summary>Why it was placed there; null before it is placed or when the scheduler has forgotten.</summary>
    [Id(11)]
    public PlacementExplanation? Placement { get; init; }

    /// <summary>The id of its first run, if that and perhaps others were given up before this one; null for the first.</summary>
    [Id(13)]
    public string? FirstId { get; init; }

    /// <summary>Runs before this one.</summary>
    [Id(14)]
    public int Run { get; init; }
}
