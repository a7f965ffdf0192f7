using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Refuses what would change the answer's form or meaning and is not supported; hints and unknown fields are passed over.</summary>
internal static class Unsupported
{
    private static readonly (string Field, string What)[] Refused =
    [
        ("structured_outputs", "structured output"),
        ("guided_json", "structured output"),
        ("guided_regex", "structured output"),
        ("guided_choice", "structured output"),
        ("guided_grammar", "structured output"),
        ("prompt_logprobs", "log-probabilities of the prompt"),
        ("truncate_prompt_tokens", "cutting the prompt"),
        ("audio", "audio"),
    ];

    public static void Refuse(JsonFields fields)
    {
        foreach ((string field, string what) in Refused)
        {
            if (fields.TryGet(field, out _))
            {
                throw fields.Invalid(field, $"is given, but {what} is not supported");
            }
        }

        if (fields.TryGet("response_format", out JsonElement format) && !IsText(format))
        {
            throw fields.Wrong("response_format", format, "{\"type\":\"text\"}: structured output is not supported");
        }

        RefuseForced(fields, "tool_choice");
        RefuseForced(fields, "function_call");
        if (fields.TryGet("modalities", out JsonElement modalities) && modalities.GetRawText().Contains("audio"))
        {
            throw fields.Wrong("modalities", modalities, "[\"text\"]: audio is not supported");
        }
    }

    private static void RefuseForced(JsonFields fields, string name)
    {
        bool forced = fields.TryGet(name, out JsonElement choice)
            && !(choice.ValueKind == JsonValueKind.String && (choice.ValueEquals("auto") || choice.ValueEquals("none")));
        if (forced)
        {
            throw fields.Wrong(name, choice, "\"auto\" or \"none\": a forced tool call is not supported");
        }
    }

    private static bool IsText(JsonElement format) =>
        format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text");
}
