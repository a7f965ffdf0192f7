namespace Preble.Core.Simulation;

/// <summary>Mean and percentiles of a set of numbers, all 0 for an empty one. A percentile is interpolated between neighbours, as NumPy and vLLM's benchmark do.</summary>
public readonly record struct Distribution(double Mean, double P50, double P90, double P99, double Max)
{
    /// <param name="values">In any order; sorted in place.</param>
    public static Distribution Of(Span<double> values)
    {
        if (values.IsEmpty)
        {
            return default;
        }

        values.Sort();
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return new Distribution(sum / values.Length, Percentile(values, 0.5), Percentile(values, 0.9), Percentile(values, 0.99), values[^1]);
    }

    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="share">0 to 1.</param>
    public static double Percentile(ReadOnlySpan<double> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
