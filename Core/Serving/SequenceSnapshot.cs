namespace Preble.Core.Serving;

/// <summary>A live sequence at one moment.</summary>
/// <param name="Id">Its request.</param>
/// <param name="Choice">Its choice.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="PromptTokens">Length of its prompt. [tokens]</param>
/// <param name="CachedTokens">Found in the cache when it was admitted; while it waits, when the cache was last asked. [tokens]</param>
/// <param name="PrefillTokensLeft">
/// Context to compute before its next token; 0 in decode. While it waits, what those before it will not have computed by its turn, as far as that is known.
/// [tokens]
/// </param>
/// <param name="ContextTokens">Prompt and output so far. [tokens]</param>
/// <param name="GeneratedTokens">Output so far, that of other workers included. [tokens]</param>
public readonly record struct SequenceSnapshot(
    RequestId Id,
    int Choice,
    SequencePhase Phase,
    int PromptTokens,
    int CachedTokens,
    int PrefillTokensLeft,
    int ContextTokens,
    int GeneratedTokens)
{
    /// <summary>
    /// While it waits, tokens that are cached for it but held by no running one, nor by then by any before it in line: its turn takes their pages from what
    /// can be evicted. [tokens]
    /// </summary>
    public int UnheldTokens { get; init; }
}
