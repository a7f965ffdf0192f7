using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>
/// Steps that take as long as the rates say: a decode step over what decodes, and the prefill of every chunk beside it.
/// <c>T0 + Gamma*n + Delta*c + sum of u*(Alpha + Beta*(m + u/2))</c>.
/// </summary>
public sealed class RateTiming(WorkerRates rates) : IStepTiming
{
    public double StepSeconds(ReadOnlySpan<BatchEntry> batch)
    {
        double prefill = 0;
        int sequences = 0;
        long context = 0;
        foreach (ref readonly BatchEntry entry in batch)
        {
            int tokens = entry.Tokens.Length;
            if (tokens == 1)
            {
                sequences++;
                context += entry.Start + 1;
            }
            else
            {
                prefill += rates.PrefillSeconds(tokens, entry.Start);
            }
        }

        return rates.DecodeStepSeconds(sequences, context) + prefill;
    }
}
