using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// Mistral-7B on an A6000 with SGLang and FlashInfer: the regressions of Preble's released simulator (WukLab/preble, benchmarks/exp_configs/model_equations.py),
/// made monotone in two places. Between 192 and 384 new tokens the released parabola falls from 244 on and is negative from 361 on; here a straight line leads
/// from its value at 192 to the line that holds from 384 on. Attention is never halved for short contexts, as a context that grows past the limit of that rule
/// would make the halving come and go.
/// </summary>
public sealed class MistralA6000Timing : IStepTiming
{
    private const double Efficiency = 0.9;
    private const double LongPrefill = 1_048_576;

    public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
    {
        long tokens = 0;
        long context = 0;
        double quadratic = 0;
        foreach (ref readonly BatchEntry entry in batch)
        {
            double own = entry.Tokens.Length;
            double all = entry.Start + own;
            tokens += entry.Tokens.Length;
            context += entry.Start + entry.Tokens.Length;
            quadratic += own * all > LongPrefill ? (1.13e-3 * own) + (1.75e-3 * all) + (2.19e-6 * own * all) : 0;
        }

        return (LinearMs(tokens) + AttentionMs(context) + quadratic) / Efficiency / 1000;
    }

    /// <summary>Milliseconds of the layers that see each new token once.</summary>
    internal static double LinearMs(long tokens) => tokens switch
    {
        < 192 => 22,
        < 384 => 27.62816 + ((tokens - 192) * (45.845249694806405 - 27.62816) / 192),
        _ => (0.10842571 * tokens) + 4.209777054806409,
    };

    /// <summary>Milliseconds of attention over a batch's whole context.</summary>
    internal static double AttentionMs(long context) => context <= 1024 ? 0.32 : (1.86e-4 * context) + 0.159;
}
