using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Reads the prompts of a completion: a string, an array of strings, an array of token ids, or an array of those.</summary>
internal static class PromptField
{
    private const string Name = "prompt";
    private const string Allowed = "a string, an array of strings, an array of token ids, or an array of arrays of token ids";
    private const int PromptsMax = 1024;

    /// <returns>[prompts][tokens], none of them empty.</returns>
    public static int[][] Read(JsonFields fields, ServedModel model)
    {
        if (!fields.TryGet(Name, out JsonElement prompt))
        {
            throw fields.Invalid(Name, $"is missing, but must be {Allowed}");
        }

        int[][] prompts = prompt.ValueKind switch
        {
            JsonValueKind.String => [Encode(fields, prompt, model)],
            JsonValueKind.Array when prompt.GetArrayLength() > 0 => Array(fields, prompt, model),
            _ => throw fields.Wrong(Name, prompt, Allowed),
        };

        int empty = System.Array.FindIndex(prompts, tokens => tokens.Length == 0);
        return empty < 0 ? prompts : throw fields.Invalid(prompts.Length == 1 ? Name : $"{Name}[{empty}]", "is empty, but must hold at least one token");
    }

    private static int[][] Array(JsonFields fields, JsonElement prompt, ServedModel model)
    {
        JsonValueKind kind = prompt[0].ValueKind;
        if (kind == JsonValueKind.Number)
        {
            return [Tokens(fields, prompt, model)];
        }

        if (prompt.GetArrayLength() > PromptsMax)
        {
            throw fields.Invalid(Name, $"has {prompt.GetArrayLength()} prompts, but may have {PromptsMax} at most");
        }

        return [.. prompt.EnumerateArray().Select(item => item.ValueKind switch
        {
            JsonValueKind.String when kind == JsonValueKind.String => Encode(fields, item, model),
            JsonValueKind.Array when kind == JsonValueKind.Array => Tokens(fields, item, model),
            _ => throw fields.Wrong(Name, prompt, Allowed),
        })];
    }

    private static int[] Encode(JsonFields fields, JsonElement text, ServedModel model) => model.Encode(fields.Text(text, Name, Allowed));

    private static int[] Tokens(JsonFields fields, JsonElement ids, ServedModel model)
    {
        var tokens = new int[ids.GetArrayLength()];
        int index = 0;
        foreach (JsonElement id in ids.EnumerateArray())
        {
            tokens[index++] = fields.TokenId(id, Name, model.VocabularySize);
        }

        return tokens;
    }
}
