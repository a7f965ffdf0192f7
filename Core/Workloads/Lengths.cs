namespace Preble.Core.Workloads;

/// <summary>Lengths of one kind of text: normal or log-normal, within limits.</summary>
/// <param name="Mean">[tokens]</param>
/// <param name="Deviation">Standard deviation. [tokens]</param>
/// <param name="Min">At least 1. [tokens]</param>
/// <param name="Max">[tokens]</param>
/// <param name="Skewed">Whether it is log-normal: most are short and few are long.</param>
internal readonly record struct Lengths(double Mean, double Deviation, int Min, int Max, bool Skewed = true)
{
    private const int FitRounds = 24;
    private const double StretchMax = 4;
    private const double ExponentMax = 20;

    /// <summary>One length. [tokens]</summary>
    public int Draw(WorkloadRandom random) => Whole(Skewed ? LogNormal(random.Normal()) : Mean + (Deviation * random.Normal()));

    /// <summary>
    /// One length for each weight, shifted and stretched as a whole until their weighted mean and deviation are those wanted, as nearly as the limits let
    /// them. A catalogue of a few items of which some are used a thousand times would otherwise be a heavy one or a light one by the luck of its seed.
    /// </summary>
    /// <param name="random">Draws them.</param>
    /// <param name="weights">How often each is used, in any unit; none negative, and not all 0.</param>
    public int[] Fit(WorkloadRandom random, ReadOnlySpan<double> weights)
    {
        var raw = new double[weights.Length];
        for (int i = 0; i < raw.Length; i++)
        {
            double normal = random.Normal();
            raw[i] = Skewed ? LogNormal(normal) : Mean + (Deviation * normal);
        }

        var fitted = new int[raw.Length];
        double centre = Moments(raw, weights).Mean;
        double shift = Mean;
        double stretch = 1;
        for (int round = 0; round < FitRounds; round++)
        {
            for (int i = 0; i < raw.Length; i++)
            {
                fitted[i] = Whole(shift + (stretch * (raw[i] - centre)));
            }

            (double mean, double deviation) = Moments(Array.ConvertAll(fitted, length => (double)length), weights);
            shift += Mean - mean;
            stretch = deviation > 0 ? Math.Clamp(stretch * Deviation / deviation, 0, StretchMax) : stretch;
        }

        return fitted;
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        double weight = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < values.Length; i++)
        {
            weight += weights[i];
            sum += weights[i] * values[i];
            squares += weights[i] * values[i] * values[i];
        }

        double mean = sum / weight;
        return (mean, Math.Sqrt(Math.Max(0, (squares / weight) - (mean * mean))));
    }

    private double LogNormal(double normal)
    {
        double variance = PortableMath.Ln(1 + (Deviation * Deviation / (Mean * Mean)));
        double exponent = PortableMath.Ln(Mean) - (variance / 2) + (Math.Sqrt(variance) * normal);
        return PortableMath.Exp(Math.Min(ExponentMax, exponent));
    }

    private int Whole(double length) => (int)Math.Round(Math.Clamp(length, Min, Max));
}
