using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>
/// Chooses one of the three best tokens by chance of its own, so that a choice made twice or left out changes everything after it. Token 0 ends the
/// sequence.
/// </summary>
internal sealed class ChanceSampler(int seed) : ITokenSampler
{
    public const int StopToken = 0;

    private readonly Random _random = new(seed);

    public int Calls { get; private set; }

    /// <summary>The call that throws, counted from 1; 0 for none.</summary>
    public int FailingCall { get; init; }

    /// <summary>The call that chooses a token that does not exist.</summary>
    public int WrongCall { get; init; }

    /// <summary>Whether token 0 is like any other.</summary>
    public bool NeverStops { get; init; }

    public Action OnNext { get; init; } = () => { };

    public SampledToken Next(Span<float> logits)
    {
        Calls++;
        OnNext();
        if (Calls == FailingCall) throw new FormatException("The sampler failed.");
        if (Calls == WrongCall) return new SampledToken(logits.Length, null);
        int token = 0;
        for (int choice = _random.Next(3); choice >= 0; choice--)
        {
            token = 0;
            for (int i = 1; i < logits.Length; i++)
            {
                if (logits[i] > logits[token]) token = i;
            }

            logits[token] = float.NegativeInfinity;
        }

        return new SampledToken(token, token == StopToken && !NeverStops ? FinishReason.Stop : null);
    }
}
