using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Computes nothing and allocates nothing, so that what the scheduler allocates can be measured.</summary>
internal sealed class SilentForwardPass(int pageTokens, int pageCount) : IForwardPass
{
    private readonly float[] _logits = new float[TokenHistory.VocabularySize];

    public int VocabularySize => TokenHistory.VocabularySize;

    public int PageTokens => pageTokens;

    public int PageCount => pageCount;

    public int ContextTokensMax => int.MaxValue;

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
    }

    public Span<float> Logits(int index) => _logits;

    /// <summary>Always the same token.</summary>
    internal sealed class Sampler : ITokenSampler
    {
        public SampledToken Next(Span<float> logits) => new(1, null);
    }
}
