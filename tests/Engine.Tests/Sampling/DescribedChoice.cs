using Preble.Core.Serving;

namespace Preble.Engine.Tests.Sampling;

/// <summary>What a <see cref="TokenChoice"/> means, by sorting and plain loops: what a device does with it must be this.</summary>
internal static class DescribedChoice
{
    /// <summary>The token that the choice takes from logits. [vocabulary]</summary>
    internal static int Take(TokenChoice choice, ReadOnlySpan<float> logits)
    {
        float[] x = logits.ToArray();
        foreach (TokenAdjustment a in choice.Adjustments.Span)
        {
            x[a.Token] += a.Bias;
            x[a.Token] = a.Repetition == 1 ? x[a.Token] : x[a.Token] > 0 ? x[a.Token] / a.Repetition : x[a.Token] * a.Repetition;
            x[a.Token] -= a.Penalty;
        }

        float max = x.Max();
        if (choice.Temperature == 0)
        {
            return Array.IndexOf(x, max);
        }

        float factor = (float)(1 / choice.Temperature);
        float[] weights = [.. x.Select(value => MathF.Exp((value - max) * factor))];
        List<int> kept = [.. Enumerable.Range(0, x.Length).Where(id => weights[id] > 0 && weights[id] >= choice.MinP).OrderByDescending(id => weights[id]).ThenBy(id => id)];
        kept = choice.TopK > 0 ? [.. kept.Take(choice.TopK)] : kept;
        double reached = 0, share = choice.TopP * kept.Sum(id => (double)weights[id]);
        kept = choice.TopP < 1 ? [.. kept.TakeWhile(id => reached < share && (reached += weights[id]) > 0)] : kept;
        kept.Sort();
        double sum = 0, target = choice.Uniform * kept.Sum(id => (double)weights[id]);
        return kept.First(id => (sum += weights[id]) > target);
    }
}
