namespace Preble.Grains.Interfaces;

/// <summary>How tokens are chosen and when a choice ends. Ranges are checked by the gateway.</summary>
[GenerateSerializer]
[Immutable]
[Alias("preble.sampling-options")]
public sealed record SamplingOptions
{
    /// <summary>Largest number of new tokens of a choice.</summary>
    [Id(0)]
    public required int MaxTokens { get; init; }

    /// <summary>No end or stop token is chosen before this many.</summary>
    [Id(1)]
    public required int MinTokens { get; init; }

    /// <summary>0 is greedy.</summary>
    [Id(2)]
    public required double Temperature { get; init; }

    /// <summary>Smallest set of tokens with this share of probability, (0, 1].</summary>
    [Id(3)]
    public required double TopP { get; init; }

    /// <summary>Only the k likeliest tokens; 0 for all.</summary>
    [Id(4)]
    public required int TopK { get; init; }

    /// <summary>Only tokens with at least this share of the likeliest one's probability.</summary>
    [Id(5)]
    public required double MinP { get; init; }

    /// <summary>Divides the logits of tokens seen in prompt or text; 1 is off.</summary>
    [Id(6)]
    public required double RepetitionPenalty { get; init; }

    /// <summary>Subtracted once for tokens seen in the text.</summary>
    [Id(7)]
    public required double PresencePenalty { get; init; }

    /// <summary>Subtracted for each time a token was seen in the text.</summary>
    [Id(8)]
    public required double FrequencyPenalty { get; init; }

    /// <summary>
    /// Of the random draws; choice i draws from Seed + i. The gateway draws one when the client gave none, so that a request that goes on elsewhere
    /// continues alike.
    /// </summary>
    [Id(9)]
    public required long Seed { get; init; }

    /// <summary>Added to the logits of these tokens.</summary>
    [Id(10)]
    public required KeyValuePair<int, double>[] LogitBias { get; init; }

    /// <summary>The text ends before the first of these.</summary>
    [Id(11)]
    public required string[] StopStrings { get; init; }

    /// <summary>A choice ends with any of these tokens.</summary>
    [Id(12)]
    public required int[] StopTokens { get; init; }

    /// <summary>Whether the model's own end tokens are ordinary tokens.</summary>
    [Id(13)]
    public required bool IgnoreEndOfSequence { get; init; }

    /// <summary>Whether the stop string is part of the text.</summary>
    [Id(14)]
    public required bool IncludeStopString { get; init; }

    /// <summary>Whether special tokens are left out of the text.</summary>
    [Id(15)]
    public required bool SkipSpecialTokens { get; init; }

    /// <summary>How many alternatives to report beside each token; null for no log-probabilities at all.</summary>
    [Id(16)]
    public int? Logprobs { get; init; }

    /// <summary>The likeliest token each time, and nothing else asked for.</summary>
    public static SamplingOptions Greedy(int maxTokens) => new()
    {
        MaxTokens = maxTokens,
        MinTokens = 0,
        Temperature = 0,
        TopP = 1,
        TopK = 0,
        MinP = 0,
        RepetitionPenalty = 1,
        PresencePenalty = 0,
        FrequencyPenalty = 0,
        Seed = 0,
        LogitBias = [],
        StopStrings = [],
        StopTokens = [],
        IgnoreEndOfSequence = false,
        IncludeStopString = false,
        SkipSpecialTokens = true,
    };
}
