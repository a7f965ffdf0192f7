using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>A forward pass that computes nothing but how long it would have taken.</summary>
internal sealed class SimulatedForwardPass(IStepTiming timing, int pageTokens, int pageCount) : IForwardPass
{
    private StepSums _sums;

    /// <summary>Wide enough that different contents never share a page of tokens by chance.</summary>
    public const int Vocabulary = 1 << 30;

    public int VocabularySize => Vocabulary;

    public int PageTokens => pageTokens;

    public int PageCount => pageCount;

    public int ContextTokensMax => int.MaxValue;

    /// <summary>Seconds of the last step.</summary>
    public double Seconds { get; private set; }

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        Seconds = timing.StepSeconds(batch);
        int tokens = 0;
        double squares = 0;
        int sequences = 0;
        long context = 0;
        foreach (ref readonly BatchEntry entry in batch)
        {
            int own = entry.Tokens.Length;
            if (own == 1)
            {
                sequences++;
                context += entry.Start + 1;
            }
            else
            {
                tokens += own;
                squares += own * (entry.Start + (own / 2.0));
            }
        }

        _sums = new StepSums(
            _sums.Steps + 1,
            _sums.Seconds + Seconds,
            _sums.PrefillTokens + tokens,
            _sums.PrefillSquares + squares,
            _sums.DecodeSequences + sequences,
            _sums.DecodeContextTokens + context);
    }

    /// <summary>What steps did and took since the last call; as the timing models do, it counts every entry of one token as a decode.</summary>
    public StepSums TakeSums()
    {
        StepSums sums = _sums;
        _sums = default;
        return sums;
    }

    public Span<float> Logits(int index) => [];
}
