namespace Preble.Core.Serving;

/// <summary>A sequence that left the queue.</summary>
/// <param name="Request">The sequence as it was submitted.</param>
/// <param name="ContextTokens">What it needs computed before its next token, cached or not. [tokens]</param>
/// <param name="CachedTokens">How much of that stood in the cache. [tokens]</param>
/// <param name="Waited">Time since it was submitted, what it ran before a preemption included.</param>
/// <param name="Resumed">Whether it ran before and was preempted.</param>
public readonly record struct SequenceStart(SequenceRequest Request, int ContextTokens, int CachedTokens, TimeSpan Waited, bool Resumed);
