using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Preble.Client;

/// <summary>Writes requests as bodies of the HTTP API, which the cluster reads and checks as it does those of HTTP.</summary>
internal sealed class RequestBody
{
    /// <summary>Refuses what the default one would write as a replacement character.</summary>
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;
    private readonly JsonObject? _others;

    private RequestBody(JsonObject? others)
    {
        _json = new Utf8JsonWriter(_bytes);
        _others = others;
    }

    public static byte[] Of(ChatRequest request) => Write(request, body =>
    {
        body.Field("messages", json => WriteMessages(json, request.Messages));
        body.Integer("max_completion_tokens", request.MaxTokens);
        body.Field("logprobs", request.Logprobs is null ? null : json => json.WriteBooleanValue(true));
        body.Integer("top_logprobs", request.Logprobs);
    });

    public static byte[] Of(CompletionRequest request) => Write(request, body =>
    {
        body.Field("prompt", json => WritePrompts(json, request.Prompts));
        body.Integer("max_tokens", request.MaxTokens);
        body.Integer("logprobs", request.Logprobs);
        body.Field("echo", request.Echo ? json => json.WriteBooleanValue(true) : null);
    });

    private static byte[] Write(GenerationRequest request, Action<RequestBody> writeOwn)
    {
        var body = new RequestBody(request.OtherFields);
        body._json.WriteStartObject();
        writeOwn(body);
        body.WriteShared(request);
        body.WriteOthers();
        body._json.WriteEndObject();
        body._json.Flush();
        return body._bytes.WrittenSpan.ToArray();
    }

    private void WriteShared(GenerationRequest request)
    {
        Field("model", json => WriteText(json, request.Model));
        Number("temperature", request.Temperature);
        Number("top_p", request.TopP);
        Integer("top_k", request.TopK);
        Number("min_p", request.MinP);
        Number("repetition_penalty", request.RepetitionPenalty);
        Number("presence_penalty", request.PresencePenalty);
        Number("frequency_penalty", request.FrequencyPenalty);
        Integer("seed", request.Seed);
        Integer("n", request.Choices);
        Field("stop", request.Stop.Count == 0 ? null : json => WriteTexts(json, request.Stop));
        Field("cache_salt", request.CacheSalt is { } salt ? json => WriteText(json, salt) : null);
    }

    /// <summary>Writes a field, unless it has no value or another one takes its place.</summary>
    private void Field(string name, Action<Utf8JsonWriter>? write)
    {
        if (write is not null && _others?.ContainsKey(name) != true)
        {
            WriteField(name, write);
        }
    }

    private void WriteOthers()
    {
        foreach ((string name, JsonNode? value) in _others ?? [])
        {
            WriteField(name, json => WriteNode(json, value));
        }
    }

    private void WriteField(string name, Action<Utf8JsonWriter> write)
    {
        try
        {
            _json.WritePropertyName(name);
            write(_json);
        }
        catch (ArgumentException exception)
        {
            // Half a surrogate pair has no UTF-8, and infinity no JSON.
            throw new PrebleException(PrebleFailure.InvalidRequest, $"'{name}' cannot be written as JSON: {exception.Message}", exception) { Param = name };
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text) => json.WriteStringValue(Utf8.GetBytes(text));

    private void Number(string name, double? value) => Field(name, value is { } number ? json => json.WriteNumberValue(number) : null);

    private void Integer(string name, long? value) => Field(name, value is { } number ? json => json.WriteNumberValue(number) : null);

    private static void WriteNode(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }

    private static void WriteMessages(Utf8JsonWriter json, IReadOnlyList<ChatMessage> messages)
    {
        json.WriteStartArray();
        foreach (ChatMessage message in messages)
        {
            json.WriteStartObject();
            json.WritePropertyName("role");
            WriteText(json, message.Role);
            if (message.Content is { } content)
            {
                json.WritePropertyName("content");
                WriteText(json, content);
            }

            foreach ((string name, JsonNode? value) in message.OtherFields ?? [])
            {
                json.WritePropertyName(name);
                WriteNode(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>One prompt stands for itself, several in an array.</summary>
    private static void WritePrompts(Utf8JsonWriter json, IReadOnlyList<CompletionPrompt> prompts)
    {
        if (prompts.Count == 1)
        {
            WritePrompt(json, prompts[0]);
            return;
        }

        json.WriteStartArray();
        foreach (CompletionPrompt prompt in prompts)
        {
            WritePrompt(json, prompt);
        }

        json.WriteEndArray();
    }

    private static void WritePrompt(Utf8JsonWriter json, CompletionPrompt prompt)
    {
        if (prompt.Text is { } text)
        {
            WriteText(json, text);
            return;
        }

        json.WriteStartArray();
        foreach (int token in prompt.Tokens.Span)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (string text in texts)
        {
            WriteText(json, text);
        }

        json.WriteEndArray();
    }
}
