namespace Preble.Engine.Sampling;

/// <summary>A token with its log-probability.</summary>
/// <param name="Id">The token.</param>
/// <param name="Text">Its text by itself; U+FFFD for bytes that are not UTF-8 by themselves.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Logprob">Natural logarithm of its probability in the model's own distribution: before bias, penalties and temperature.</param>
public readonly record struct TokenLogprob(int Id, string Text, ReadOnlyMemory<byte> Bytes, float Logprob);
