using Preble.Core;
using Preble.Core.Serving;

namespace Preble.Cli.Engines;

/// <summary>Takes the likeliest token, to a given end.</summary>
internal sealed class GreedySampler(IReadOnlyCollection<int> ends) : ITokenSampler
{
    /// <inheritdoc/>
    public TokenChoice? NextChoice() => TokenChoice.Greedy;

    /// <inheritdoc/>
    public SampledToken Next(Span<float> logits)
    {
        int best = 0;
        for (int id = 1; id < logits.Length; id++)
        {
            best = logits[id] > logits[best] ? id : best;
        }

        return Accept(best);
    }

    /// <inheritdoc/>
    public SampledToken Accept(int token) => new(token, ends.Contains(token) ? FinishReason.Stop : null);
}
