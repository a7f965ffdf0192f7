using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>What surrounds the choices of a response.</summary>
internal sealed class ResponseEnvelope(GenerationCall call, IResponseFormat format, long created)
{
    private const string Fingerprint = "preble";
    private readonly ChoiceResult[] _choices = [.. Enumerable.Range(0, call.ChoicesInAll).Select(index => new ChoiceResult(index / call.Choices))];
    private int _live = call.ChoicesInAll;

    public GenerationCall Call => call;

    public bool HasEnded => _live == 0;

    public void Add(GenerationEvent item, bool keep)
    {
        _choices[item.Choice].Add(item, keep);
        _live -= item.Finish is null ? 0 : 1;
    }

    public void WriteWhole(Utf8JsonWriter json)
    {
        Open(json, format.WholeObject);
        for (int index = 0; index < _choices.Length; index++)
        {
            ChoiceResult choice = _choices[index];
            json.WriteStartObject();
            json.WriteNumber("index", index);
            format.WriteWhole(json, choice);
            WriteEnd(json, choice.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Usage.Write(json, call, _choices);
        json.WriteEndObject();
    }

    /// <summary>Writes the event as a chunk and takes it in.</summary>
    public void WriteChunk(Utf8JsonWriter json, GenerationEvent item)
    {
        Open(json, format.ChunkObject);
        json.WriteStartObject();
        json.WriteNumber("index", item.Choice);
        format.WriteDelta(json, _choices[item.Choice], item);
        WriteEnd(json, item.Finish is null ? null : item);
        json.WriteEndObject();
        json.WriteEndArray();
        Add(item, keep: false);
        if (call.ContinuousUsage)
        {
            Usage.Write(json, call, _choices);
        }
        else if (call.IncludeUsage)
        {
            json.WriteNull("usage");
        }

        json.WriteEndObject();
    }

    public void WriteUsageChunk(Utf8JsonWriter json)
    {
        Open(json, format.ChunkObject);
        json.WriteEndArray();
        Usage.Write(json, call, _choices);
        json.WriteEndObject();
    }

    private void Open(Utf8JsonWriter json, string kind)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", created);
        json.WriteString("model", call.Model.Name);
        json.WriteString("system_fingerprint", Fingerprint);
        json.WriteStartArray("choices");
    }

    private static void WriteEnd(Utf8JsonWriter json, GenerationEvent? end)
    {
        json.WriteString("finish_reason", end?.Finish);
        if (end?.StopString is { } text)
        {
            json.WriteString("stop_reason", text);
        }
        else if (end?.StopToken is { } token)
        {
            json.WriteNumber("stop_reason", token);
        }
    }
}
