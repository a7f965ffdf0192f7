using System.Text;
using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Choices of text completions.</summary>
/// <param name="echo">The prompts' texts, if they come before the completions. [prompts]</param>
internal sealed class CompletionFormat(string[]? echo) : IResponseFormat
{
    public string WholeObject => "text_completion";

    public string ChunkObject => "text_completion";

    public void WriteDelta(Utf8JsonWriter json, ChoiceResult choice, GenerationEvent item)
    {
        string prefix = choice.IsFresh ? Echo(choice) : "";
        json.WriteString("text", prefix + item.Text);
        choice.TokenChars += prefix.Length;
        choice.TokenChars += WriteLogprobs(json, item.Logprobs, choice.TokenChars);
    }

    public void WriteWhole(Utf8JsonWriter json, ChoiceResult choice)
    {
        string prefix = Echo(choice);
        json.WriteString("text", prefix + choice.Text);
        WriteLogprobs(json, choice.End!.Logprobs is null ? null : choice.Logprobs, prefix.Length);
    }

    private string Echo(ChoiceResult choice) => echo is null ? "" : echo[choice.Prompt];

    /// <returns>Characters of the tokens written.</returns>
    private static int WriteLogprobs(Utf8JsonWriter json, IReadOnlyList<TokenLogprob>? logprobs, int offset)
    {
        if (logprobs is null)
        {
            json.WriteNull("logprobs");
            return 0;
        }

        string[] tokens = [.. logprobs.Select(entry => Encoding.UTF8.GetString(entry.Bytes))];
        json.WriteStartObject("logprobs");
        json.WriteStartArray("tokens");
        Array.ForEach(tokens, json.WriteStringValue);
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        foreach (TokenLogprob entry in logprobs)
        {
            json.WriteNumberValue(Logprobs.Finite(entry.Logprob));
        }

        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        foreach (TokenLogprob entry in logprobs)
        {
            WriteTop(json, entry);
        }

        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        int chars = 0;
        foreach (string token in tokens)
        {
            json.WriteNumberValue(offset + chars);
            chars += token.Length;
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return chars;
    }

    private static void WriteTop(Utf8JsonWriter json, TokenLogprob entry)
    {
        // Several tokens can have the same text (parts of a character); the likeliest keeps the name. The chosen one is always there, as with OpenAI.
        var seen = new HashSet<string>();
        json.WriteStartObject();
        var chosen = new TokenAlternative { Token = entry.Token, Bytes = entry.Bytes, Logprob = entry.Logprob };
        foreach (TokenAlternative top in entry.Top.Append(chosen))
        {
            string text = Encoding.UTF8.GetString(top.Bytes);
            if (seen.Add(text))
            {
                json.WriteNumber(text, Logprobs.Finite(top.Logprob));
            }
        }

        json.WriteEndObject();
    }
}
