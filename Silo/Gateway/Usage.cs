using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Tokens of a call. The prompt counts once, however many choices share it.</summary>
internal static class Usage
{
    public static void Write(Utf8JsonWriter json, GenerationCall call, ChoiceResult[] choices)
    {
        int prompt = call.Prompts.Sum(tokens => tokens.Length);
        int completion = choices.Sum(choice => choice.Tokens);
        int cached = choices.Where((_, index) => index % call.Choices == 0).Sum(choice => choice.CachedTokens);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", prompt);
        json.WriteNumber("completion_tokens", completion);
        json.WriteNumber("total_tokens", prompt + completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", cached);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
