using Preble.Core.Serving;
using Preble.Engine.Sampling;
using Preble.Engine.Text;
using Preble.Grains.Interfaces;
using Preble.Silo.Engines;

namespace Preble.Fault.Tests.World;

/// <summary>A model whose next token depends on every token before it, and on nothing else: what an uninterrupted run gives is known.</summary>
internal static class SimulatedModel
{
    public const string Name = "simulated";
    public const int PageTokens = 16;
    public const int ContextTokensMax = 2048;

    private const int CandidatesMax = 6;
    private const int EndEvery = 31;

    public static Tokenizer Tokenizer { get; } = Tokenizer.Load(Path.Combine(AppContext.BaseDirectory, "models", "demo"));

    public static int[] EndTokens { get; } = [0];

    public static int VocabularySize => Tokenizer.VocabularySize;

    /// <summary>The state after a token.</summary>
    public static ulong Next(ulong state, int token)
    {
        ulong mixed = (state + (ulong)(uint)token + 1) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        return mixed ^ (mixed >> 27);
    }

    /// <summary>The logits in a state. [vocabulary]</summary>
    public static void Logits(ulong state, Span<float> logits)
    {
        logits.Fill(-20);
        for (int candidate = 0; candidate < CandidatesMax; candidate++)
        {
            state = Next(state, candidate);
            logits[1 + (int)(state % (ulong)(logits.Length - 1))] = 5 - candidate;
        }

        if (state % EndEvery == 0)
        {
            logits[0] = 6;
        }
    }

    /// <summary>What each choice of a request must come to, however often it is moved. [choices]</summary>
    public static Answer[] Expected(GenerateRequest request) => [.. Enumerable.Range(0, request.Choices).Select(choice => Expected(request, choice))];

    private static Answer Expected(GenerateRequest request, int choice)
    {
        var sampler = new SequenceSampler(Wire.Sampling(request.Sampling, choice), Tokenizer, EndTokens, request.PromptTokens, seed: 0);
        ulong state = request.PromptTokens.Aggregate(0UL, Next);
        float[] logits = new float[VocabularySize];
        var tokens = new List<int>();
        string text = "";
        while (true)
        {
            Logits(state, logits);
            SampledToken sampled = sampler.Next(logits);
            tokens.Add(sampled.Token);
            state = Next(state, sampled.Token);
            text += sampler.LastPiece.Text;
            if (sampled.Finish is not null)
            {
                return new Answer(text, tokens, "stop");
            }

            if (tokens.Count == request.Sampling.MaxTokens)
            {
                return new Answer(text + sampler.Flush(), tokens, "length");
            }
        }
    }
}
