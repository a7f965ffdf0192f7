using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Always the likeliest token; from logits, or as it describes to the forward pass.</summary>
/// <param name="describes">Whether the forward pass may choose.</param>
internal sealed class LikeliestSampler(Predicate<int> describes) : ITokenSampler
{
    /// <summary>Tokens so far.</summary>
    public int Calls { get; private set; }

    /// <summary>The token at which describing throws, counted from 1; 0 for none.</summary>
    public int FailingCall { get; init; }

    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        int token = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[token]) token = i;
        }

        return token;
    }

    public TokenChoice? NextChoice()
    {
        if (Calls + 1 == FailingCall) throw new FormatException("The sampler failed.");
        return describes(Calls) ? TokenChoice.Greedy : null;
    }

    public SampledToken Next(Span<float> logits) => Take(Likeliest(logits));

    public SampledToken Accept(int token)
    {
        describes(Calls).Should().BeTrue("only what was described is chosen by the pass");
        return Take(token);
    }

    private SampledToken Take(int token)
    {
        Calls++;
        return new SampledToken(token, null);
    }
}
