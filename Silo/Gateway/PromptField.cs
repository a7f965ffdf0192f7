using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Reads the prompts of a completion: a string, an array of strings, an array of token ids, or an array of those.</summary>
internal static class PromptField
{
    private const string Name = "prompt";
    private const string Allowed = "a string, an array of strings, an array of token ids, or an array of arrays of token ids";

    /// <returns>Tokens of each prompt, none of them empty, and its text if it came as one. [prompts]</returns>
    public static (int[] Tokens, string? Text)[] Read(JsonFields fields, ServedModel model)
    {
        if (!fields.TryGet(Name, out JsonElement prompt))
        {
            throw fields.Invalid(Name, $"is missing, but must be {Allowed}");
        }

        (int[] Tokens, string? Text)[] prompts = prompt.ValueKind switch
        {
            JsonValueKind.String => [Encode(fields, prompt, model)],
            JsonValueKind.Array when prompt.GetArrayLength() > 0 => Array(fields, prompt, model),
            _ => throw fields.Wrong(Name, prompt, Allowed),
        };

        int empty = System.Array.FindIndex(prompts, item => item.Tokens.Length == 0);
        return empty < 0 ? prompts : throw fields.Invalid(prompts.Length == 1 ? Name : $"{Name}[{empty}]", "is empty, but must hold at least one token");
    }

    private static (int[] Tokens, string? Text)[] Array(JsonFields fields, JsonElement prompt, ServedModel model)
    {
        JsonValueKind kind = prompt[0].ValueKind;
        if (kind == JsonValueKind.Number)
        {
            return [Tokens(fields, prompt, model)];
        }

        if (prompt.GetArrayLength() > SamplingFields.ChoicesMax)
        {
            throw fields.Invalid(Name, $"has {prompt.GetArrayLength()} prompts, but may have {SamplingFields.ChoicesMax} at most");
        }

        return [.. prompt.EnumerateArray().Select(item => item.ValueKind switch
        {
            JsonValueKind.String when kind == JsonValueKind.String => Encode(fields, item, model),
            JsonValueKind.Array when kind == JsonValueKind.Array => Tokens(fields, item, model),
            _ => throw fields.Wrong(Name, prompt, Allowed),
        })];
    }

    private static (int[] Tokens, string? Text) Encode(JsonFields fields, JsonElement prompt, ServedModel model)
    {
        string text = fields.Text(prompt, Name, Allowed);
        TokenLimits.RefuseHopeless(fields, Name, model, text);
        return (model.Encode(text), text);
    }

    private static (int[] Tokens, string? Text) Tokens(JsonFields fields, JsonElement ids, ServedModel model)
    {
        var tokens = new int[ids.GetArrayLength()];
        int index = 0;
        foreach (JsonElement id in ids.EnumerateArray())
        {
            tokens[index++] = fields.TokenId(id, Name, model.VocabularySize);
        }

        return (tokens, null);
    }
}
