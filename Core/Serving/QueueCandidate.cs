namespace Preble.Core.Serving;

/// <summary>A waiting sequence as a queue order sees it.</summary>
/// <param name="ContextTokens">What it needs computed before its next token, at least one. [tokens]</param>
/// <param name="CachedTokens">How much of that the cache held when it was last asked. [tokens]</param>
public readonly record struct QueueCandidate(int ContextTokens, int CachedTokens);
