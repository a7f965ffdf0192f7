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
    internal bool IsSane =>
        Choice >= 0 && CachedTokens >= 0 && Generated >= 0 && PrefillTokensLeft >= 0 && PrefillTokensLeft <= ContextTokens &&
        Phase is ReportedPhase.Waiting or ReportedPhase.Prefill or ReportedPhase.Decode;
}
