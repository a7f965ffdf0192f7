using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>What there is to say of a set of numbers in a line; all 0 for none. Percentiles are interpolated.</summary>
/// <param name="Mean">Arithmetic.</param>
/// <param name="Deviation">Standard deviation, of the set itself rather than of what it was drawn from.</param>
/// <param name="Min">The least.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">Nine in ten are no more.</param>
/// <param name="P99">99 in a hundred are no more.</param>
/// <param name="Max">The most.</param>
public readonly record struct LengthSummary(double Mean, double Deviation, double Min, double P50, double P90, double P99, double Max)
{
    /// <param name="values">In any order; sorted in place.</param>
    public static LengthSummary Of(Span<double> values)
    {
        if (values.IsEmpty)
        {
            return default;
        }

        Distribution distribution = Distribution.Of(values);
        double squares = 0;
        foreach (double value in values)
        {
            squares += (value - distribution.Mean) * (value - distribution.Mean);
        }

        double deviation = Math.Sqrt(squares / values.Length);
        return new LengthSummary(distribution.Mean, deviation, values[0], distribution.P50, distribution.P90, distribution.P99, distribution.Max);
    }
}
