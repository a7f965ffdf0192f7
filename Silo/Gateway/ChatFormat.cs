using System.Text;
using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Choices of chat completions.</summary>
internal sealed class ChatFormat : IResponseFormat
{
    public string WholeObject => "chat.completion";

    public string ChunkObject => "chat.completion.chunk";

    public void WriteDelta(Utf8JsonWriter json, ChoiceResult choice, GenerationEvent item)
    {
        json.WriteStartObject("delta");
        if (choice.IsFresh)
        {
            // The role comes with the first token, not before it: benchmarks take the first chunk with a choice for the first token.
            json.WriteString("role", "assistant");
        }

        if (item.Text.Length > 0 || item.Finish is null || choice.IsFresh)
        {
            json.WriteString("content", item.Text);
        }

        json.WriteEndObject();
        WriteLogprobs(json, item.Logprobs);
    }

    public void WriteWhole(Utf8JsonWriter json, ChoiceResult choice)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", choice.Text);
        json.WriteNull("refusal");
        json.WriteEndObject();
        WriteLogprobs(json, choice.End!.Logprobs is null ? null : choice.Logprobs);
    }

    private static void WriteLogprobs(Utf8JsonWriter json, IReadOnlyList<TokenLogprob>? logprobs)
    {
        if (logprobs is null)
        {
            json.WriteNull("logprobs");
            return;
        }

        json.WriteStartObject("logprobs");
        json.WriteStartArray("content");
        foreach (TokenLogprob entry in logprobs)
        {
            json.WriteStartObject();
            WriteToken(json, entry.Bytes, entry.Logprob);
            json.WriteStartArray("top_logprobs");
            foreach (TokenAlternative top in entry.Top)
            {
                json.WriteStartObject();
                WriteToken(json, top.Bytes, top.Logprob);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, byte[] bytes, float logprob)
    {
        json.WriteString("token", Encoding.UTF8.GetString(bytes));
        json.WriteNumber("logprob", Logprobs.Finite(logprob));
        json.WriteStartArray("bytes");
        foreach (byte value in bytes)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
