using Preble.Core;
using Preble.Grains.Interfaces;

namespace Preble.Fault.Tests.World;

/// <summary>Draws requests: prompts that share prefixes, several choices, limits, stop strings, random and penalised sampling, tenants.</summary>
internal sealed class Workload(Random random)
{
    private const int SharedPagesMax = 8;
    private const int OwnTokensMax = 60;
    private const int NewTokensMax = 48;

    private readonly int[][] _shared = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Tokens(random, SimulatedModel.PageTokens * random.Next(1, SharedPagesMax + 1)))];

    public GenerateRequest Next(int index)
    {
        int[] shared = _shared[random.Next(_shared.Length)];
        int[] prompt = [.. shared[..random.Next(1, shared.Length + 1)], .. Tokens(random, random.Next(1, OwnTokensMax))];
        ulong seed = (ulong)random.Next(1, 3);
        var request = new GenerateRequest
        {
            RequestId = $"r{index}",
            Model = SimulatedModel.Name,
            PromptTokens = prompt,
            PageKeySeed = seed,
            PageKeys = [.. PageKeys.Compute(seed, prompt, SimulatedModel.PageTokens).Select(key => key.Value)],
            Choices = random.Next(4) == 0 ? random.Next(2, 4) : 1,
            Sampling = Sampling(),
        };
        return random.Next(3) == 0 ? WithStop(request) : request;
    }

    private static int[] Tokens(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(1, SimulatedModel.VocabularySize))];

    /// <summary>Ends the text at a string that it does have.</summary>
    private GenerateRequest WithStop(GenerateRequest request)
    {
        string text = SimulatedModel.Expected(request)[0].Text;
        if (text.Length < 4)
        {
            return request;
        }

        int start = random.Next(text.Length - 2);
        string stop = text.Substring(start, random.Next(1, Math.Min(8, text.Length - start)));
        return request with { Sampling = request.Sampling with { StopStrings = [stop, "never"], IncludeStopString = random.Next(2) == 0 } };
    }

    private SamplingOptions Sampling()
    {
        bool greedy = random.Next(3) > 0;
        return new SamplingOptions
        {
            MaxTokens = random.Next(1, NewTokensMax),
            MinTokens = random.Next(3) == 0 ? random.Next(5) : 0,
            Temperature = greedy ? 0 : 0.9,
            TopP = greedy ? 1 : 0.95,
            TopK = 0,
            MinP = 0,
            RepetitionPenalty = random.Next(4) == 0 ? 1.2 : 1,
            PresencePenalty = random.Next(4) == 0 ? 0.5 : 0,
            FrequencyPenalty = random.Next(4) == 0 ? 0.3 : 0,
            Seed = random.Next(),
            LogitBias = [],
            StopStrings = [],
            StopTokens = [],
            IgnoreEndOfSequence = random.Next(4) == 0,
            IncludeStopString = false,
            SkipSpecialTokens = true,
        };
    }
}
