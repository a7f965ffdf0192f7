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

    public void Forward(ReadOnlySpan<BatchEntry> batch) => Seconds = timing.StepSeconds(batch);

    public Span<float> Logits(int index) => [];
}
