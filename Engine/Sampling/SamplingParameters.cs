using System.Globalization;

namespace Preble.Engine.Sampling;

/// <summary>How the tokens of one sequence are chosen and when it ends, by the names of the OpenAI API and vLLM's additions to it.</summary>
public sealed record SamplingParameters
{
    /// <summary>Below this temperature the likeliest token is taken.</summary>
    public const double GreedyTemperature = 1e-5;

    /// <summary>Most stop strings.</summary>
    public const int StopStringsMax = 16;

    /// <summary>Longest stop string, in characters.</summary>
    public const int StopCharsMax = 1024;

    /// <summary>Most stop token ids.</summary>
    public const int StopTokensMax = 256;

    /// <summary>Most tokens of logit_bias.</summary>
    public const int LogitBiasTokensMax = 1024;

    /// <summary>Smallest repetition_penalty: much less would take logits out of the range of numbers.</summary>
    public const double RepetitionPenaltyMin = 0.01;

    /// <summary>Most alternatives that logprobs may list for a token.</summary>
    public const int LogprobsMax = 20;

    /// <summary>temperature: divides the logits, 0 to 2; below <see cref="GreedyTemperature"/> the choice is greedy.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>top_p: the likeliest tokens that together have this probability, above 0 to 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>top_k: so many of the likeliest tokens; 0 and -1 for all.</summary>
    public int TopK { get; init; }

    /// <summary>min_p: tokens at least this likely, relative to the likeliest; 0 to 1.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// repetition_penalty: divides positive and multiplies negative logits of tokens in prompt or output; 0.01 to 100, 1 for none.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>presence_penalty: taken from the logit of each token that the output has; -2 to 2.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>frequency_penalty: taken from the logit for each time that the output has the token; -2 to 2.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>logit_bias: added to the logits of tokens; each -100 to 100.</summary>
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>seed: fixes all choices, given equal logits.</summary>
    public long? Seed { get; init; }

    /// <summary>stop: strings that end the text where they begin in it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>stop_token_ids: tokens that end the sequence.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>max_tokens: most output tokens; null for as many as the context holds. Kept by the scheduler, not by the sampler.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>min_tokens: the sequence does not stop before it has so many tokens.</summary>
    public int MinTokens { get; init; }

    /// <summary>ignore_eos: the model's end-of-sequence tokens do not end the sequence.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>include_stop_str_in_output: the text keeps the stop string or stop token that ended it.</summary>
    public bool IncludeStopInOutput { get; init; }

    /// <summary>logprobs: with how many alternatives each token's log-probability is told, 0 to 20; null for not at all.</summary>
    public int? Logprobs { get; init; }

    /// <summary>skip_special_tokens: the text leaves special tokens out.</summary>
    public bool SkipSpecialTokens { get; init; } = true;

    /// <summary>Whether the likeliest token is always taken.</summary>
    public bool IsGreedy => Temperature < GreedyTemperature;

    /// <summary>All that is out of range; empty for parameters that can be used.</summary>
    /// <param name="vocabulary">Size of the model's vocabulary, in tokens.</param>
    public IReadOnlyList<SamplingProblem> Validate(int vocabulary)
    {
        var problems = new List<SamplingProblem>();
        void Check(bool holds, string field, IFormattable value, string allowed)
        {
            if (!holds)
            {
                problems.Add(new SamplingProblem(field, value.ToString(null, CultureInfo.InvariantCulture), allowed));
            }
        }

        var ids = $"a token id from 0 to {vocabulary - 1}";
        Check(Temperature is >= 0 and <= 2, "temperature", Temperature, "a number from 0 to 2");
        Check(TopP is > 0 and <= 1, "top_p", TopP, "a number above 0, up to 1");
        Check(TopK >= -1, "top_k", TopK, "a whole number from 1 on, or 0 or -1 for all tokens");
        Check(MinP is >= 0 and <= 1, "min_p", MinP, "a number from 0 to 1");
        Check(
            RepetitionPenalty is >= RepetitionPenaltyMin and <= 100,
            "repetition_penalty",
            RepetitionPenalty,
            string.Create(CultureInfo.InvariantCulture, $"a number from {RepetitionPenaltyMin} to 100"));
        Check(PresencePenalty is >= -2 and <= 2, "presence_penalty", PresencePenalty, "a number from -2 to 2");
        Check(FrequencyPenalty is >= -2 and <= 2, "frequency_penalty", FrequencyPenalty, "a number from -2 to 2");
        Check(LogitBias.Count <= LogitBiasTokensMax, "logit_bias", LogitBias.Count, $"at most {LogitBiasTokensMax} tokens");
        foreach (var (token, bias) in LogitBias)
        {
            Check(token >= 0 && token < vocabulary, "logit_bias", token, ids);
            Check(bias is >= -100 and <= 100, $"logit_bias[{token}]", bias, "a number from -100 to 100");
        }

        Check(Stop.Count <= StopStringsMax, "stop", Stop.Count, $"at most {StopStringsMax} strings");
        for (var i = 0; i < Stop.Count; i++)
        {
            Check(Stop[i].Length is > 0 and <= StopCharsMax, $"stop[{i}]", Stop[i].Length, $"a string of 1 to {StopCharsMax} characters");
            Check(IsWellFormed(Stop[i]), $"stop[{i}]", i, "a string without unpaired surrogates");
        }

        Check(StopTokenIds.Count <= StopTokensMax, "stop_token_ids", StopTokenIds.Count, $"at most {StopTokensMax} ids");
        foreach (var token in StopTokenIds)
        {
            Check(token >= 0 && token < vocabulary, "stop_token_ids", token, ids);
        }

        Check(MaxTokens is null or >= 1, "max_tokens", MaxTokens ?? 0, "a whole number from 1 on");
        Check(MinTokens >= 0 && MinTokens <= (MaxTokens ?? int.MaxValue), "min_tokens", MinTokens, "a whole number from 0 to max_tokens");
        Check(Logprobs is null or (>= 0 and <= LogprobsMax), "logprobs", Logprobs ?? 0, $"a whole number from 0 to {LogprobsMax}");
        return problems;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
