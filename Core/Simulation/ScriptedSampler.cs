using Preble.Core.Serving;
using Preble.Core.Workloads;

namespace Preble.Core.Simulation;

/// <summary>Gives the answer that the workload says, and then stops.</summary>
/// <param name="output">The answer.</param>
/// <param name="position">Tokens of it that were given before, at a worker that was lost.</param>
internal sealed class ScriptedSampler(PromptSegment output, int position) : ITokenSampler
{
    private int _position = position;

    public SampledToken Next(Span<float> logits)
    {
        int token = SegmentTokens.At(output.Content, _position++, SimulatedForwardPass.Vocabulary);
        return new SampledToken(token, _position >= output.Tokens ? FinishReason.Stop : null);
    }
}
