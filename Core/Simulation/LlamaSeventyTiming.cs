using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// Llama-3-70B over several cards: the regressions of Preble's released code (WukLab/preble, benchmarks/exp_configs/model_equations.py), <c>a + b*q + c*s + d*q*s</c>
/// milliseconds for q new tokens and a context of s, changed in two places. The released code adds up whole requests, which would read the weights once
/// for each sequence of a batch; here <c>a</c> is paid once a step. And <c>c</c>, which was fitted to prefills, would make one decode read its context
/// some 50 times slower than memory can: a single new token pays for the keys and values of its context at four fifths of the cards' bandwidth. Without
/// that, no placement comes near the latencies that the paper measured on this hardware.
/// </summary>
/// <param name="fixedMs">a, for the step.</param>
/// <param name="tokenMs">b, for each new token.</param>
/// <param name="contextMs">c, for each token of context of a prefill.</param>
/// <param name="productMs">d, for each pair.</param>
/// <param name="bandwidth">Of all cards together, in bytes a second.</param>
public sealed class LlamaSeventyTiming(double fixedMs, double tokenMs, double contextMs, double productMs, double bandwidth) : IStepTiming
{
    /// <summary>Keys and values of one token: 80 layers of 8 heads of 128, two bytes each, twice.</summary>
    private const double BytesPerToken = 327_680;

    private const double BandwidthShare = 0.8;

    public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
    {
        double decodeContextMs = 1000 * BytesPerToken / (BandwidthShare * bandwidth);
        double ms = fixedMs;
        foreach (ref readonly BatchEntry entry in batch)
        {
            double own = entry.Tokens.Length;
            double all = entry.Start + own;
            ms += own == 1
                ? tokenMs + (decodeContextMs * all)
                : (tokenMs * own) + (contextMs * all) + (productMs * own * all);
        }

        return ms / 1000;
    }
}
