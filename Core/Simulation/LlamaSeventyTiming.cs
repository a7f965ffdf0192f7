using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// Llama-3-70B over several cards: the regressions of Preble's released code (WukLab/preble, benchmarks/exp_configs/model_equations.py), <c>a + b*q + c*s + d*q*s</c>
/// milliseconds for q new tokens and a context of s. The released code adds up whole requests, which would read the weights once for each sequence of a
/// batch; here <c>a</c> is paid once a step.
/// </summary>
/// <param name="fixedMs">a, for the step.</param>
/// <param name="tokenMs">b, for each new token.</param>
/// <param name="contextMs">c, for each token of context.</param>
/// <param name="productMs">d, for each pair.</param>
public sealed class LlamaSeventyTiming(double fixedMs, double tokenMs, double contextMs, double productMs) : IStepTiming
{
    public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
    {
        double ms = fixedMs;
        foreach (ref readonly BatchEntry entry in batch)
        {
            double own = entry.Tokens.Length;
            double all = entry.Start + own;
            ms += (tokenMs * own) + (contextMs * all) + (productMs * own * all);
        }

        return ms / 1000;
    }
}
