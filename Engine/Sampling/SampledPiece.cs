using Preble.Core;

namespace Preble.Engine.Sampling;

/// <summary>What one chosen token adds to the output.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Text">Text that can be given out now: less than the token's where it may belong to a character or stop string to come, more where
/// that is settled.</param>
/// <param name="Logprobs">Its log-probabilities, if they were asked for.</param>
/// <param name="Finish">Set if the sequence ends with it; the text is complete then.</param>
/// <param name="StopString">The stop string that ended it.</param>
/// <param name="StopToken">The stop token that ended it; not set for an end-of-sequence token.</param>
public readonly record struct SampledPiece(
    int Token, string Text, TokenLogprobs? Logprobs, FinishReason? Finish, string? StopString, int? StopToken);
