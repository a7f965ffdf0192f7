namespace Preble.Core.Serving;

/// <summary>
/// Chooses the tokens of one sequence.
/// <para>Contract. <see cref="Next"/> or <see cref="Accept"/> is called exactly once for each output token, in order: <see cref="Next"/> with the logits
/// that follow everything chosen so far, <see cref="Accept"/> with the token that a forward pass chose as <see cref="NextChoice"/> said. Neither is
/// called again for a token that was already chosen: after a preemption the scheduler recomputes keys and values, not choices. They are called by the
/// engine's thread only.</para>
/// </summary>
public interface ITokenSampler
{
    /// <summary>Chooses the next token and says whether the sequence ends with it.</summary>
    /// <param name="logits">[vocabulary]; may be overwritten.</param>
    SampledToken Next(Span<float> logits);

    /// <summary>How the next token is to be chosen, or null if that needs the logits. Changes nothing, and may be asked again for the same token.</summary>
    TokenChoice? NextChoice() => null;

    /// <summary>Takes the token that was chosen as <see cref="NextChoice"/> said, and says whether the sequence ends with it.</summary>
    /// <param name="token">Of the vocabulary.</param>
    SampledToken Accept(int token) => throw new NotSupportedException("This sampler chooses from logits only.");
}
