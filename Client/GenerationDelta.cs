using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>A piece of an answer: a token of one choice, or the end of one choice.</summary>
public sealed record GenerationDelta
{
    /// <summary>Of the choice's prompt, for <see cref="IPrebleClient.ExplainAsync"/>.</summary>
    public required string RequestId { get; init; }

    /// <summary>Which choice. Choice c of prompt p is p times the choices of a prompt, plus c.</summary>
    public required int Choice { get; init; }

    /// <summary>What became final of its text; may be empty while characters or possible stop strings are held back.</summary>
    public required string Text { get; init; }

    /// <summary>Ids chosen in this piece, the one that ended the choice included.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>One for each of the tokens; null when they were not asked for.</summary>
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }

    /// <summary>In the last piece of a choice: <c>stop</c> or <c>length</c>.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The stop string that ended the choice, if one did.</summary>
    public string? StopString { get; init; }

    /// <summary>The stop token that ended the choice, if one of <c>stop_token_ids</c> did.</summary>
    public int? StopToken { get; init; }

    /// <summary>Where it was computed.</summary>
    public required string WorkerId { get; init; }

    /// <summary>In the last piece of the last choice: tokens of the whole call.</summary>
    public TokenUsage? Usage { get; init; }
}
