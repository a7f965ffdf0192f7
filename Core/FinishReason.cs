namespace Preble.Core;

/// <summary>Why a sequence produced its last token.</summary>
public enum FinishReason
{
    /// <summary>It met an end-of-sequence token, a stop token or a stop string.</summary>
    Stop,

    /// <summary>It reached its limit of new tokens or the end of the model's context.</summary>
    Length,
}
