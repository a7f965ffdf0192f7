using System.Buffers;
using System.Text.Json;
using Preble.Core.Workloads;

namespace Preble.Cli.Serving;

/// <summary>The body of a request for a streamed, greedy completion of a wanted length.</summary>
internal static class RequestBody
{
    public static ReadOnlyMemory<byte> Write(ServeTarget target, ReadOnlySpan<PromptSegment> prompt, int outputTokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("model", target.Model);
        if (target.Form == PromptForm.Text)
        {
            json.WriteString("prompt", PromptWords.Of(prompt));
        }
        else
        {
            json.WriteStartArray("prompt");
            foreach (int token in SegmentTokens.Of(prompt, target.Vocabulary))
            {
                json.WriteNumberValue(token);
            }

            json.WriteEndArray();
        }

        json.WriteNumber("max_tokens", outputTokens);
        json.WriteNumber("temperature", 0);
        json.WriteBoolean("stream", true);
        if (target.WantsUsage)
        {
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
        }

        if (target.IgnoreEos)
        {
            json.WriteBoolean("ignore_eos", true);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
