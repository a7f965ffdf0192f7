namespace Preble.Grains.Interfaces;

/// <summary>One piece of a request's stream: a token of one choice, the end of one choice, or the failure of the whole request.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.generation-event")]
public sealed record GenerationEvent
{
    /// <summary>Which completion, from 0.</summary>
    [Id(0)]
    public required int Choice { get; init; }

    /// <summary>Ids chosen in this piece, the one that ended the choice included.</summary>
    [Id(1)]
    public required int[] Tokens { get; init; }

    /// <summary>Text that became final with them; may be empty while characters or possible stop strings are held back.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>One for each of the tokens, when asked for.</summary>
    [Id(3)]
    public TokenLogprob[]? Logprobs { get; init; }

    /// <summary>Set in the last event of a choice: stop or length.</summary>
    [Id(4)]
    public string? Finish { get; init; }

    /// <summary>The stop string that ended the choice, if one did.</summary>
    [Id(5)]
    public string? StopString { get; init; }

    /// <summary>Prompt tokens that the worker did not compute.</summary>
    [Id(6)]
    public required int CachedTokens { get; init; }

    /// <summary>Where it was produced.</summary>
    [Id(7)]
    public required string WorkerId { get; init; }

    /// <summary>Set in the last event of a request that failed.</summary>
    [Id(8)]
    public Outcome? Failure { get; init; }

    /// <summary>Says what failed.</summary>
    [Id(9)]
    public string? Message { get; init; }

    /// <summary>When trying again makes sense.</summary>
    [Id(10)]
    public double? RetryAfterSeconds { get; init; }

    /// <summary>The id in <see cref="SamplingOptions.StopTokens"/> that ended the choice, if one did.</summary>
    [Id(11)]
    public int? StopToken { get; init; }
}
