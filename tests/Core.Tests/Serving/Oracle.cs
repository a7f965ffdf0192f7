using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>What a sequence must produce: one token after the other, alone, without pages.</summary>
internal static class Oracle
{
    /// <param name="prompt">The prompt.</param>
    /// <param name="sampler">Fresh, as the sequence gets it.</param>
    /// <param name="newTokensMax">Tokens at most.</param>
    /// <param name="sequenceTokensMax">Prompt and output at most.</param>
    public static (List<int> Tokens, FinishReason? Finish) Generate(ReadOnlySpan<int> prompt, ITokenSampler sampler, int newTokensMax, int sequenceTokensMax)
    {
        var output = new List<int>();
        ulong history = TokenHistory.Start;
        foreach (int token in prompt) history = TokenHistory.Next(history, token);
        var logits = new float[TokenHistory.VocabularySize];
        int limit = Math.Min(newTokensMax, sequenceTokensMax - prompt.Length);
        while (output.Count < limit)
        {
            TokenHistory.Logits(history, logits);
            SampledToken sampled = sampler.Next(logits);
            output.Add(sampled.Token);
            if (sampled.Finish is { } finish) return (output, finish);
            history = TokenHistory.Next(history, sampled.Token);
        }

        return (output, FinishReason.Length);
    }
}
