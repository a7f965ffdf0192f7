namespace Preble.Core.Placement;

/// <summary>One sequence on a worker.</summary>
/// <param name="Request">Its request.</param>
/// <param name="Choice">Which of the request's choices, from 0.</param>
/// <param name="Phase">What it is doing.</param>
/// <param name="CachedTokens">Prompt tokens that it found cached.</param>
/// <param name="PrefillTokensLeft">Tokens of its context still to be computed before it can produce the next, less what others before it compute; 0 if it decodes.</param>
/// <param name="ContextTokens">Prompt and generated tokens, computed or not.</param>
/// <param name="Generated">Tokens produced so far.</param>
public readonly record struct ReportedSequence(
    RequestId Request, int Choice, ReportedPhase Phase, int CachedTokens, int PrefillTokensLeft, int ContextTokens, int Generated)
{
    /// <summary>While it waits, tokens that are cached for it and held by no running sequence, nor by then by any before it: memory that its turn takes.</summary>
    public int UnheldTokens { get; init; }

    internal bool IsSane =>
        Choice >= 0 && CachedTokens >= 0 && Generated >= 0 && PrefillTokensLeft >= 0 && UnheldTokens >= 0 &&
        (long)PrefillTokensLeft + UnheldTokens <= ContextTokens &&
        Phase is ReportedPhase.Waiting or ReportedPhase.Prefill or ReportedPhase.Decode;
}
