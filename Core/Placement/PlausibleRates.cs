namespace Preble.Core.Placement;

/// <summary>What a rate that was not measured may be, beside those that were: a scale for it, not a prediction.</summary>
internal static class PlausibleRates
{
    /// <summary>An A100 with Llama-3 8B.</summary>
    private static readonly WorkerRates Reference = new(66.7e-6, 1.92e-9, 0.010, 30e-6, 6.5e-8);

    /// <summary>Decoding a token computes about as much as a token of prefill does, and on a GPU, where others share the weights, half of that.</summary>
    private const double GammaPerAlpha = 0.5;

    /// <summary>The same reading of the context: one-to-one on a CPU, 34 to 1 on a GPU, where memory bounds it. Between the two.</summary>
    private const double DeltaPerBeta = 6;

    /// <param name="rates">Not negative; 0 is not measured.</param>
    /// <returns>Above 0 each; meant to be used where <paramref name="rates"/> has 0.</returns>
    public static WorkerRates Beside(WorkerRates rates)
    {
        double scale = Scale(rates);
        double alpha = rates.Alpha > 0 ? rates.Alpha : rates.Gamma > 0 ? rates.Gamma / GammaPerAlpha : Reference.Alpha * scale;
        double beta = rates.Beta > 0 ? rates.Beta : rates.Delta > 0 ? rates.Delta / DeltaPerBeta : Reference.Beta * scale;
        return new WorkerRates(
            alpha,
            beta,
            rates.T0 > 0 ? rates.T0 : Reference.T0 * scale,
            rates.Gamma > 0 ? rates.Gamma : alpha * GammaPerAlpha,
            rates.Delta > 0 ? rates.Delta : beta * DeltaPerBeta);
    }

    /// <summary>How many times slower than the reference it is, by what was measured.</summary>
    private static double Scale(WorkerRates rates)
    {
        double logs = 0;
        int measured = 0;
        foreach ((double rate, double reference) in (ReadOnlySpan<(double, double)>)[
            (rates.Alpha, Reference.Alpha), (rates.Beta, Reference.Beta), (rates.T0, Reference.T0), (rates.Gamma, Reference.Gamma), (rates.Delta, Reference.Delta)])
        {
            if (rate > 0)
            {
                logs += Math.Log(rate / reference);
                measured++;
            }
        }

        return measured == 0 ? 1 : Math.Exp(logs / measured);
    }
}
