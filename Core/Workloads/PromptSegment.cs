namespace Preble.Core.Workloads;

/// <summary>
/// A piece of a prompt, or an answer: tokens that follow from a number. Equal contents have equal tokens, up to the shorter length; different contents differ
/// from the first token on.
/// </summary>
/// <param name="Content">What is said.</param>
/// <param name="Tokens">How long it is. [tokens]</param>
public readonly record struct PromptSegment(ulong Content, int Tokens);
