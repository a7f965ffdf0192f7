using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>A forward pass that computes nothing but how long it would have taken.</summary>
internal sealed class SimulatedForwardPass(IStepTiming timing, int pageTokens, int pageCount) : IForwardPass
{
    /// <summary>Wide enough that different contents never share a page of tokens by chance.</summary>
    public const int Vocabulary = 1 << 30;

    public int VocabularySize => Vocabulary;

    public int PageTokens => pageTokens;

    public int PageCount => pageCount;

    public int ContextTokensMax => int.MaxValue;

    /// <summary>Seconds of the last step.</summary>
    public double Seconds { get; private set; }

    /// <summary>What steps did since <see cref="TakeSums"/>.</summary>
    private StepSums _sums;

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        Seconds = timing.StepSeconds(batch);
        StepSums sums = _sums;
        long prefill = sums.PrefillTokens;
        double squares = sums.PrefillSquares;
        long sequences = sums.DecodeSequences;
        long context = sums.DecodeContextTokens;
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
                prefill += tokens;
                squares += tokens * (entry.Start + (tokens / 2.0));
            }
        }

        _sums = new StepSums(sums.Steps + 1, sums.Seconds + Seconds, prefill, squares, sequences, context);
    }

    public Span<float> Logits(int index) => [];

    public StepSums TakeSums()
    {
        StepSums sums = _sums;
        _sums = default;
        return sums;
    }
}
