using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Preble.Engine.Sampling;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Reads the fields that say how tokens are chosen, which chats and completions share. The engine's own check says what is allowed.</summary>
internal static class SamplingFields
{
    public const int ChoicesMax = 128;

    /// <param name="fields">The request.</param>
    /// <param name="model">Gives the defaults of its generation_config.json, as vLLM does.</param>
    /// <param name="maxTokens">Limit of new tokens.</param>
    /// <param name="logprobs">Alternatives beside each token, null for none at all.</param>
    public static SamplingOptions Read(JsonFields fields, ServedModel model, int maxTokens, int? logprobs)
    {
        var parameters = new SamplingParameters
        {
            Temperature = fields.Number("temperature") ?? model.Defaults.Temperature,
            TopP = fields.Number("top_p") ?? model.Defaults.TopP,
            TopK = (int)(fields.Integer("top_k", -1, int.MaxValue) ?? model.Defaults.TopK),
            MinP = fields.Number("min_p") ?? 0,
            RepetitionPenalty = fields.Number("repetition_penalty") ?? model.Defaults.RepetitionPenalty,
            PresencePenalty = fields.Number("presence_penalty") ?? 0,
            FrequencyPenalty = fields.Number("frequency_penalty") ?? 0,
            Seed = fields.Integer("seed", long.MinValue, long.MaxValue) ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))),
            LogitBias = LogitBias(fields, model.VocabularySize),
            Stop = Stop(fields),
            StopTokenIds = StopTokenIds(fields, model.VocabularySize),
            MaxTokens = maxTokens,
            MinTokens = (int)(fields.Integer("min_tokens", 0, int.MaxValue) ?? 0),
            IgnoreEos = fields.Bool("ignore_eos", false),
            IncludeStopInOutput = fields.Bool("include_stop_str_in_output", false),
            SkipSpecialTokens = fields.Bool("skip_special_tokens", true),
            Logprobs = logprobs,
        };
        foreach (SamplingProblem problem in parameters.Validate(model.VocabularySize))
        {
            throw fields.Invalid(problem.Field, $"is {problem.Value}, but must be {problem.Allowed}");
        }

        return Options(parameters);
    }

    /// <summary>Choices that a prompt may have: they must fit into one worker's queue together.</summary>
    public static int ChoicesMaxOf(PrebleOptions options) => Math.Min(ChoicesMax, options.WaitingMax);

    public static int Choices(JsonFields fields, int choicesMax)
    {
        int choices = (int)(fields.Integer("n", 1, choicesMax) ?? 1);
        if (fields.Integer("best_of", 1, int.MaxValue) is { } best && best != choices)
        {
            throw fields.Invalid("best_of", $"is {best}, but must equal n, which is {choices}: choosing among more than is returned is not supported");
        }

        return choices;
    }

    private static SamplingOptions Options(SamplingParameters parameters) => new()
    {
        MaxTokens = parameters.MaxTokens!.Value,
        MinTokens = parameters.MinTokens,
        Temperature = parameters.Temperature,
        TopP = parameters.TopP,
        TopK = parameters.TopK,
        MinP = parameters.MinP,
        RepetitionPenalty = parameters.RepetitionPenalty,
        PresencePenalty = parameters.PresencePenalty,
        FrequencyPenalty = parameters.FrequencyPenalty,
        Seed = parameters.Seed!.Value,
        LogitBias = [.. parameters.LogitBias],
        StopStrings = [.. parameters.Stop],
        StopTokens = [.. parameters.StopTokenIds],
        IgnoreEndOfSequence = parameters.IgnoreEos,
        IncludeStopString = parameters.IncludeStopInOutput,
        SkipSpecialTokens = parameters.SkipSpecialTokens,
        Logprobs = parameters.Logprobs,
    };

    private static Dictionary<int, double> LogitBias(JsonFields fields, int vocabulary)
    {
        const string Name = "logit_bias";
        var bias = new Dictionary<int, double>();
        if (!fields.TryGet(Name, out JsonElement map))
        {
            return bias;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw fields.Wrong(Name, map, "an object from token ids to numbers from -100 to 100");
        }

        foreach (JsonProperty property in map.EnumerateObject())
        {
            if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= vocabulary)
            {
                throw fields.Invalid(Name, $"has the key \"{property.Name}\", but keys must be token ids from 0 to {vocabulary - 1}");
            }

            bias[token] = fields.Number($"{Name}[{token}]", property.Value);
        }

        return bias;
    }

    private static string[] Stop(JsonFields fields)
    {
        const string Name = "stop";
        string allowed = $"a string of 1 to {SamplingParameters.StopCharsMax} characters or an array of up to {SamplingParameters.StopStringsMax} of them";
        if (!fields.TryGet(Name, out JsonElement stop))
        {
            return [];
        }

        string[] strings = stop.ValueKind switch
        {
            JsonValueKind.String => [fields.Text(stop, Name)],
            JsonValueKind.Array when stop.GetArrayLength() <= SamplingParameters.StopStringsMax => [.. stop.EnumerateArray().Select(item => fields.Text(item, Name, allowed))],
            _ => throw fields.Wrong(Name, stop, allowed),
        };
        return Array.TrueForAll(strings, text => text.Length is > 0 and <= SamplingParameters.StopCharsMax) ? strings : throw fields.Wrong(Name, stop, allowed);
    }

    private static int[] StopTokenIds(JsonFields fields, int vocabulary)
    {
        const string Name = "stop_token_ids";
        if (!fields.TryGet(Name, out JsonElement ids))
        {
            return [];
        }

        return ids.ValueKind == JsonValueKind.Array
            ? [.. ids.EnumerateArray().Select(id => fields.TokenId(id, Name, vocabulary))]
            : throw fields.Wrong(Name, ids, "an array of token ids");
    }
}
