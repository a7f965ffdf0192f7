using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>One completion.</summary>
public sealed record GenerationChoice
{
    /// <summary>Of its prompt, for <see cref="IPrebleClient.ExplainAsync"/>.</summary>
    public required string RequestId { get; init; }

    /// <summary>Its text.</summary>
    public required string Text { get; init; }

    /// <summary>The ids that were chosen, the one that ended it included.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>One for each of the tokens; null when they were not asked for.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }

    /// <summary><c>stop</c> or <c>length</c>.</summary>
    public required string FinishReason { get; init; }

    /// <summary>The stop string that ended it, if one did.</summary>
    public string? StopString { get; init; }

    /// <summary>The stop token that ended it, if one of <c>stop_token_ids</c> did.</summary>
    public int? StopToken { get; init; }

    /// <summary>Where its end was computed.</summary>
    public required string WorkerId { get; init; }
}
