using System.Buffers;

namespace Preble.Engine.Sampling;

/// <summary>
/// Draws a token from logits under temperature, min_p, top_k and top_p, in this order, as vLLM applies them. Selection is partial: linear in the
/// vocabulary, without a sort. Tokens of equal probability are ranked by id.
/// </summary>
internal static class RandomChoice
{
    /// <summary>Draws one token.</summary>
    /// <param name="logits">[vocabulary]; overwritten. Errors as <see cref="LogitMath.Argmax"/>.</param>
    /// <param name="parameters">Valid parameters with a temperature that is not greedy.</param>
    /// <param name="uniform">The draw, from 0 on, less than 1.</param>
    internal static int Draw(Span<float> logits, SamplingParameters parameters, double uniform)
    {
        LogitMath.Exponentials(logits, LogitMath.Max(logits), (float)(1 / parameters.Temperature), logits);
        var topK = parameters.TopK > 0 && parameters.TopK < logits.Length ? parameters.TopK : logits.Length;
        if (parameters.MinP <= 0 && topK == logits.Length && parameters.TopP >= 1)
        {
            return Pick(logits, uniform);
        }

        var ids = ArrayPool<int>.Shared.Rent(logits.Length);
        try
        {
            // 1. min_p; the likeliest token has weight 1. Weights so small that they are 0 are never drawn.
            var count = 0;
            for (var id = 0; id < logits.Length; id++)
            {
                if (logits[id] > 0 && logits[id] >= parameters.MinP)
                {
                    ids[count] = id;
                    logits[count++] = logits[id];
                }
            }

            // 2. top_k and 3. top_p move what they keep to the front.
            var selection = new PartialSelection(logits[..count], ids.AsSpan(0, count));
            count = topK < count ? selection.KeepLargest(topK) : count;
            count = parameters.TopP < 1 ? selection.KeepNucleus(count, parameters.TopP) : count;

            // The draw runs in order of ids, so that it does not matter how they were selected.
            ids.AsSpan(0, count).Sort(logits[..count]);
            return ids[Pick(logits[..count], uniform)];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    /// <summary>The index at which the running sum of the weights passes the draw.</summary>
    private static int Pick(ReadOnlySpan<float> weights, double uniform)
    {
        var target = uniform * LogitMath.Sum(weights);
        var sum = 0.0;
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                sum += weights[i];
                last = i;
                if (sum > target)
                {
                    break;
                }
            }
        }

        return last;
    }
}
