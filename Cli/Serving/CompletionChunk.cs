using System.Text.Json;

namespace Preble.Cli.Serving;

/// <summary>What one event of a completion's stream says.</summary>
/// <param name="HasChoice">Whether it carries a choice: a token, as vLLM's benchmark counts, even one without visible text.</param>
/// <param name="Finished">Whether the choice says why it ended.</param>
/// <param name="Error">What went wrong on the server after the stream had begun; null if nothing did.</param>
/// <param name="PromptTokens">From its usage, if it has one.</param>
/// <param name="OutputTokens">From its usage, if it has one.</param>
/// <param name="CachedTokens">From its usage, if it says so.</param>
internal readonly record struct CompletionChunk(bool HasChoice, bool Finished, string? Error, int? PromptTokens, int? OutputTokens, int? CachedTokens)
{
    /// <exception cref="InvalidDataException">It is no chunk of a completion.</exception>
    public static CompletionChunk Parse(ReadOnlyMemory<byte> data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new InvalidDataException("the stream sent what is no JSON");
        }
    }

    private static CompletionChunk Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"the stream sent a JSON {root.ValueKind}, not an object");
        }

        if (root.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
        {
            bool says = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String;
            return new CompletionChunk { Error = says ? error.GetProperty("message").GetString() : error.ToString() };
        }

        bool hasChoice = root.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0;
        bool finished = hasChoice && choices[0].ValueKind == JsonValueKind.Object
            && choices[0].TryGetProperty("finish_reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String;
        JsonElement usage = default;
        bool hasUsage = root.TryGetProperty("usage", out usage) && usage.ValueKind == JsonValueKind.Object;
        JsonElement details = default;
        bool hasDetails = hasUsage && usage.TryGetProperty("prompt_tokens_details", out details) && details.ValueKind == JsonValueKind.Object;
        return new CompletionChunk(
            hasChoice,
            finished,
            null,
            hasUsage ? Count(usage, "prompt_tokens") : null,
            hasUsage ? Count(usage, "completion_tokens") : null,
            hasDetails ? Count(details, "cached_tokens") : null);
    }

    private static int? Count(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0 ? count : null;
}
