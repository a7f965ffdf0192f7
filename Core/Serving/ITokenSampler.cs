namespace Preble.Core.Serving;

/// <summary>
/// Chooses the tokens of one sequence.
/// <para>Contract. <see cref="Next"/> is called exactly once for each output token, in order, with the logits that follow everything chosen so far. It is
/// never called again for a token that was already chosen: after a preemption the scheduler recomputes keys and values, not choices. It may overwrite
/// the logits. It is called by the engine's thread only.</para>
/// </summary>
public interface ITokenSampler
{
    /// <summary>Chooses the next token and says whether the sequence ends with it.</summary>
    /// <param name="logits">[vocabulary]; may be overwritten.</param>
    SampledToken Next(Span<float> logits);
}
