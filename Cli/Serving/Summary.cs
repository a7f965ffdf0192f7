using Preble.Core.Simulation;

namespace Preble.Cli.Serving;

/// <summary>A measured quantity over all requests, in milliseconds; all 0 if there is none, as in vLLM's benchmark. The deviation is that of the population.</summary>
internal readonly record struct Summary(double Mean, double Median, double Std, double P90, double P99, double Max)
{
    /// <param name="seconds">In any order.</param>
    public static Summary OfSeconds(IEnumerable<double> seconds)
    {
        double[] ms = [.. seconds.Select(value => value * 1000)];
        Distribution all = Distribution.Of(ms);
        double squares = ms.Sum(value => (value - all.Mean) * (value - all.Mean));
        return new Summary(all.Mean, all.P50, ms.Length == 0 ? 0 : Math.Sqrt(squares / ms.Length), all.P90, all.P99, all.Max);
    }
}
