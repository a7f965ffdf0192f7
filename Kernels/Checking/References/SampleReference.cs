namespace Preble.Kernels.Checking.References;

/// <summary>
/// Which tokens a draw may give: temperature, then min_p, top_k and top_p over exact probabilities, then the running sum in the order of the ids. A
/// token at whose border the draw or a limit lies is allowed, too, because sums in other orders end a little elsewhere.
/// </summary>
internal static class SampleReference
{
    /// <summary>Relative distance within which two sums or weights count as equal.</summary>
    private const double Near = 1e-5;

    /// <summary>Relative distance within which rounding to float, and its exp2, may turn the order of two weights round.</summary>
    private const double Rounding = 1e-6;

    /// <summary>Smallest id of the largest logits; -1 if one is not a number or none is finite at the top.</summary>
    internal static int Greedy(ReadOnlySpan<float> logits)
    {
        int best = 0;
        foreach (float logit in logits)
        {
            if (float.IsNaN(logit))
            {
                return -1;
            }
        }

        for (int id = 1; id < logits.Length; id++)
        {
            best = logits[id] > logits[best] ? id : best;
        }

        return float.IsFinite(logits[best]) ? best : -1;
    }

    /// <summary>Whether <paramref name="token"/> is what the draw gives, or as near to it as rounding.</summary>
    /// <param name="token">What was chosen.</param>
    /// <param name="logits">[vocabulary]; the largest is finite.</param>
    /// <param name="limits">How it was to be chosen.</param>
    /// <param name="uniform">The draw.</param>
    internal static bool Allows(int token, ReadOnlySpan<float> logits, SampleLimits limits, double uniform)
    {
        if (token < 0 || token >= logits.Length)
        {
            return false;
        }

        // 1. Weights, the largest 1, and the tokens in order of weight, the lower id first among equals.
        double max = logits[Greedy(logits)];
        var weights = new double[logits.Length];
        for (int id = 0; id < weights.Length; id++)
        {
            weights[id] = Math.Exp((logits[id] - max) / limits.Temperature);
        }

        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]).ThenBy(id => id)];

        // A top_k between two weights that rounding may turn round says no more than that the token is not below them.
        if (limits.TopK > 0 && limits.TopK < order.Length)
        {
            (int last, int next) = (order[limits.TopK - 1], order[limits.TopK]);
            if (logits[last] != logits[next] && weights[next] >= weights[last] * (1 - Rounding))
            {
                return weights[token] >= weights[last] * (1 - Rounding);
            }
        }

        // 2. The fewest and the most of them that the limits may keep.
        (int fewest, int most) = (Kept(weights, order, limits, 1 + Near), Kept(weights, order, limits, 1 - Near));

        // 3. The draw must fall on the token with one of the two, or between them.
        (double fewBefore, double fewAll, bool _) = Sums(weights, order.AsSpan(0, fewest), token);
        (double manyBefore, double manyAll, bool isKept) = Sums(weights, order.AsSpan(0, most), token);
        return isKept
            && Math.Min(fewBefore / fewAll, manyBefore / manyAll) <= uniform + Near
            && Math.Max((fewBefore + weights[token]) / fewAll, (manyBefore + weights[token]) / manyAll) >= uniform - Near;
    }

    /// <summary>How many of the ordered tokens are kept, when limits are met only from <paramref name="shade"/> of them on.</summary>
    private static int Kept(double[] weights, int[] order, SampleLimits limits, double shade)
    {
        int count = Math.Max(1, order.Count(id => weights[id] > 0 && weights[id] >= limits.MinP * shade));
        count = limits.TopK > 0 ? Math.Min(limits.TopK, count) : count;
        double missing = limits.TopP * (2 - shade) * order.Take(count).Sum(id => weights[id]);
        for (int i = 0; i < count && limits.TopP < 1; i++)
        {
            missing -= weights[order[i]];
            if (missing <= 0)
            {
                return i + 1;
            }
        }

        return count;
    }

    /// <summary>Weight of the kept tokens with smaller ids, and of all of them.</summary>
    private static (double Before, double All, bool IsKept) Sums(double[] weights, ReadOnlySpan<int> kept, int token)
    {
        (double before, double all, bool isKept) = (0, 0, false);
        foreach (int id in kept)
        {
            before += id < token ? weights[id] : 0;
            all += weights[id];
            isKept |= id == token;
        }

        return (before, all, isKept);
    }
}
