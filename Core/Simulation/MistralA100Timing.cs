using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// Mistral-7B on an A100: the regressions of Preble's released code (WukLab/preble, benchmarks/exp_configs/model_equations.py). They have no attention of their own
/// for short chunks and decodes (the A6000's is added in the wrong unit); here the A6000's is taken, shortened by the ratio of the cards' memory bandwidths.
/// Monotone as it is: the term that falls with the new tokens belongs to contexts of 1,024 and more, where the product outweighs it.
/// </summary>
public sealed class MistralA100Timing : IStepTiming
{
    private const double Efficiency = 0.85;
    private const double LongPrefill = 1_048_576;

    /// <summary>768 GB/s over 2,039 GB/s.</summary>
    private const double BandwidthRatio = 768.0 / 2039;

    public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
    {
        long tokens = 0;
        long shortContext = 0;
        double quadratic = 0;
        foreach (ref readonly BatchEntry entry in batch)
        {
            double own = entry.Tokens.Length;
            double all = entry.Start + own;
            tokens += entry.Tokens.Length;
            double attention = 0.12386358316396695 - (7.45358651e-4 * own) + (1.72022673e-3 * all) + (1.36265841e-6 * own * all);
            if (own * all >= LongPrefill)
            {
                quadratic += attention;
            }
            else
            {
                shortContext += entry.Start + entry.Tokens.Length;
            }
        }

        double linear = tokens switch
        {
            < 64 => 8.96,
            < 256 => 10.5,
            _ => (0.05031337 * tokens) + 5.505996896412796,
        };
        return (linear + (BandwidthRatio * MistralA6000Timing.AttentionMs(shortContext)) + quadratic) / Efficiency / 1000;
    }
}
