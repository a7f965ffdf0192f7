namespace Preble.Engine.Sampling;

/// <summary>The log-probabilities at one output token.</summary>
/// <param name="Chosen">The token that was chosen.</param>
/// <param name="Top">The likeliest tokens, likeliest first and lower id first among equals; as many as were asked for. The chosen one need not be
/// among them.</param>
public sealed record TokenLogprobs(TokenLogprob Chosen, IReadOnlyList<TokenLogprob> Top);
