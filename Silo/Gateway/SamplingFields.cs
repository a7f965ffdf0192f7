using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Reads the fields that say how tokens are chosen, which chats and completions share.</summary>
internal static class SamplingFields
{
    public const int ChoicesMax = 128;
    private const int StopStringsMax = 16;
    private const int StopStringCharsMax = 1024;
    private const int StopTokensMax = 128;
    private const int LogitBiasMax = 1024;

    /// <param name="fields">The request.</param>
    /// <param name="model">Gives the defaults of its generation_config.json, as vLLM does.</param>
    /// <param name="maxTokens">Limit of new tokens.</param>
    /// <param name="logprobs">Alternatives beside each token, -1 for none at all.</param>
    public static SamplingOptions Read(JsonFields fields, ServedModel model, int maxTokens, int logprobs) => new()
    {
        MaxTokens = maxTokens,
        MinTokens = MinTokens(fields, maxTokens),
        Temperature = (float)(fields.Number("temperature", 0, 2) ?? model.Defaults.Temperature),
        TopP = (float)(fields.Number("top_p", 0, 1, minExcluded: true) ?? model.Defaults.TopP),
        TopK = Math.Max(0, (int)(fields.Integer("top_k", -1, int.MaxValue) ?? model.Defaults.TopK)),
        MinP = (float)(fields.Number("min_p", 0, 1) ?? 0),
        RepetitionPenalty = (float)(fields.Number("repetition_penalty", 0, 2, minExcluded: true) ?? model.Defaults.RepetitionPenalty),
        PresencePenalty = (float)(fields.Number("presence_penalty", -2, 2) ?? 0),
        FrequencyPenalty = (float)(fields.Number("frequency_penalty", -2, 2) ?? 0),
        Seed = fields.Integer("seed", long.MinValue, long.MaxValue) ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))),
        LogitBias = LogitBias(fields, model.VocabularySize),
        StopStrings = StopStrings(fields),
        StopTokens = StopTokens(fields, model.VocabularySize),
        IgnoreEndOfSequence = fields.Bool("ignore_eos", false),
        IncludeStopString = fields.Bool("include_stop_str_in_output", false),
        SkipSpecialTokens = fields.Bool("skip_special_tokens", true),
        Logprobs = logprobs,
    };

    public static int Choices(JsonFields fields)
    {
        int choices = (int)(fields.Integer("n", 1, ChoicesMax) ?? 1);
        if (fields.Integer("best_of", 1, ChoicesMax) is { } best && best != choices)
        {
            throw fields.Invalid("best_of", $"is {best}, but must equal n, which is {choices}: choosing among more than is returned is not supported");
        }

        return choices;
    }

    private static int MinTokens(JsonFields fields, int maxTokens)
    {
        int min = (int)(fields.Integer("min_tokens", 0, int.MaxValue) ?? 0);
        return min <= maxTokens ? min : throw fields.Invalid("min_tokens", $"is {min}, but must not be above the limit of new tokens, which is {maxTokens}");
    }

    private static KeyValuePair<int, float>[] LogitBias(JsonFields fields, int vocabulary)
    {
        const string Name = "logit_bias";
        if (!fields.TryGet(Name, out JsonElement map))
        {
            return [];
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw fields.Wrong(Name, map, "an object from token ids to numbers from -100 to 100");
        }

        var bias = new SortedDictionary<int, float>();
        var inner = new JsonFields(map, Name + ".");
        foreach (JsonProperty property in map.EnumerateObject())
        {
            bool known = int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) && token < vocabulary;
            if (!known)
            {
                throw fields.Invalid(Name, $"has the key \"{property.Name}\", but keys must be token ids from 0 to {vocabulary - 1}");
            }

            bias[token] = (float)(inner.Number(property.Name, -100, 100) ?? 0);
            if (bias.Count > LogitBiasMax)
            {
                throw fields.Invalid(Name, $"has more than {LogitBiasMax} entries");
            }
        }

        return [.. bias];
    }

    private static string[] StopStrings(JsonFields fields)
    {
        const string Name = "stop";
        const string Allowed = "a string or an array of up to 16 non-empty strings";
        if (!fields.TryGet(Name, out JsonElement stop))
        {
            return [];
        }

        string[] strings = stop.ValueKind switch
        {
            JsonValueKind.String => [fields.Text(stop, Name)],
            JsonValueKind.Array when stop.GetArrayLength() <= StopStringsMax => [.. stop.EnumerateArray().Select(item => fields.Text(item, Name, Allowed))],
            _ => throw fields.Wrong(Name, stop, Allowed),
        };

        foreach (string text in strings)
        {
            if (text.Length is 0 or > StopStringCharsMax)
            {
                throw fields.Invalid(Name, $"holds a string of {text.Length} characters, but each must have 1 to {StopStringCharsMax}");
            }
        }

        return strings;
    }

    private static int[] StopTokens(JsonFields fields, int vocabulary)
    {
        const string Name = "stop_token_ids";
        if (!fields.TryGet(Name, out JsonElement ids))
        {
            return [];
        }

        if (ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() > StopTokensMax)
        {
            throw fields.Wrong(Name, ids, $"an array of up to {StopTokensMax} token ids");
        }

        return [.. ids.EnumerateArray().Select(id => fields.TokenId(id, Name, vocabulary))];
    }
}
