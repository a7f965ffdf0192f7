namespace Preble.Core.Serving;

/// <summary>A chosen token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Finish">Set if the sequence ends with this token; the scheduler itself ends sequences at their length limit.</param>
public readonly record struct SampledToken(int Token, FinishReason? Finish);
