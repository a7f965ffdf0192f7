namespace Preble.Core.Serving;

/// <summary>What a step produced for one sequence: a token, an end, or both.</summary>
/// <param name="Request">The sequence as it was submitted.</param>
/// <param name="Token">The chosen token; -1 if the sequence failed.</param>
/// <param name="Finish">Set if the sequence ended with this token.</param>
/// <param name="Error">Set if the sequence failed: what its sampler or the forward pass threw.</param>
public readonly record struct StepOutput(SequenceRequest Request, int Token, FinishReason? Finish, Exception? Error)
{
    /// <summary>Whether the sequence failed; it is over then.</summary>
    public bool Failed => Error is not null;

    /// <summary>Whether nothing more comes of the sequence. True exactly once for each accepted sequence that is not cancelled.</summary>
    public bool Ended => Finish is not null || Error is not null;
}
