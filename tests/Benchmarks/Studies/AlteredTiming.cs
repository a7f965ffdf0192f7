using Preble.Core.Serving;
using Preble.Core.Simulation;

namespace Preble.Benchmarks.Studies;

/// <summary>Forward passes that take as long as those of some hardware, but for one thing.</summary>
internal static class AlteredTiming
{
    /// <summary>Of a prompt only the last token costs anything, as if the rest had been cached wherever it is computed.</summary>
    public static Hardware FreePrefill(Hardware hardware) => hardware with
    {
        Timing = new LastTokens(hardware.Timing),
        Rates = hardware.Rates with { Alpha = 0, Beta = 0 },
    };

    /// <summary>Each pass takes so much longer, whatever is in it.</summary>
    public static Hardware Slower(Hardware hardware, double seconds) => hardware with
    {
        Timing = new Delayed(hardware.Timing, seconds),
        Rates = hardware.Rates with { T0 = hardware.Rates.T0 + seconds },
    };

    private sealed class LastTokens(IStepTiming timing) : IStepTiming
    {
        public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
        {
            var last = new BatchEntry[batch.Length];
            for (int i = 0; i < last.Length; i++)
            {
                last[i] = batch[i] with { Tokens = batch[i].Tokens[^1..], Start = batch[i].Start + batch[i].Tokens.Length - 1 };
            }

            return timing.StepSeconds(last);
        }
    }

    private sealed class Delayed(IStepTiming timing, double seconds) : IStepTiming
    {
        public double StepSeconds(ReadOnlySpan<BatchEntry> batch) => timing.StepSeconds(batch) + seconds;
    }
}
