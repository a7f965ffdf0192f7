using System.Text.Json.Nodes;

namespace Preble.Client;

/// <summary>What chats and completions have in common. What is null is left to the model's own defaults, as over HTTP.</summary>
public abstract record GenerationRequest
{
    /// <summary>Name of a served model.</summary>
    public required string Model { get; init; }

    /// <summary>Largest number of new tokens of a choice; null for the API's default: 16 for completions, all that the context leaves for chats.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 is greedy: the same prompt has the same answer, wherever and with whatever it runs.</summary>
    public double? Temperature { get; init; }

    /// <summary>Smallest set of tokens with this share of probability, (0, 1].</summary>
    public double? TopP { get; init; }

    /// <summary>Only the k likeliest tokens; 0 or -1 for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Only tokens with at least this share of the likeliest one's probability.</summary>
    public double? MinP { get; init; }

    /// <summary>Divides the logits of tokens seen in prompt or text; 1 is off.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>Subtracted once from the logits of tokens seen in the text.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Subtracted from a token's logit for each time it was seen in the text.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>Of the random draws: the same seed draws the same text.</summary>
    public long? Seed { get; init; }

    /// <summary>The text ends before the first of these.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Completions of each prompt.</summary>
    public int? Choices { get; init; }

    /// <summary>Alternatives to tell beside each token; 0 for the token's own log-probability alone, null for none at all.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Requests with different salts share no cached pages; null for the cache that all share.</summary>
    public string? CacheSalt { get; init; }

    /// <summary>Further fields of the HTTP API's body, such as <c>ignore_eos</c>; one that is named here counts, and not the property above.</summary>
    public JsonObject? OtherFields { get; init; }
}
