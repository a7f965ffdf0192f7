using System.Text.Json;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Gateway;

/// <summary>Runs a call and writes its response, whole or as a stream of server-sent events.</summary>
internal sealed class Responder(RequestRunner runner, TimeProvider clock)
{
    private const string Fingerprint = "preble";
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    /// <remarks>1. Run. 2. Wait for the first event: until then a failure still has a status of its own. 3. Write.</remarks>
    public async Task RespondAsync(HttpContext context, GenerationCall call, IResponseFormat format)
    {
        // 1. Run; a client that goes away disposes the stream, and that cancels the request.
        CancellationToken aborted = context.RequestAborted;
        await using IAsyncEnumerator<GenerationEvent> events = runner.RunAsync(call, aborted).GetAsyncEnumerator(aborted);

        // 2. The first event.
        await NextAsync(events);
        var response = new Envelope(call, format, clock.GetUtcNow().ToUnixTimeSeconds());
        context.Response.Headers["x-request-id"] = RequestIds.ForHeader(context);
        context.Response.Headers["x-preble-worker"] = events.Current.WorkerId;

        // 3. Write.
        if (call.Stream)
        {
            await StreamAsync(context, response, events);
        }
        else
        {
            await WholeAsync(context, response, events);
        }
    }

    private static async Task NextAsync(IAsyncEnumerator<GenerationEvent> events)
    {
        if (!await events.MoveNextAsync())
        {
            throw new InvalidOperationException("A request ended without an event.");
        }

        if (events.Current.Failure is not null)
        {
            throw new ApiException(OutcomeTable.ToError(events.Current));
        }
    }

    private static async Task WholeAsync(HttpContext context, Envelope response, IAsyncEnumerator<GenerationEvent> events)
    {
        response.Add(events.Current, keep: true);
        while (!response.HasEnded)
        {
            await NextAsync(events);
            response.Add(events.Current, keep: true);
        }

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Json.WriterOptions);
        response.WriteWhole(json);
        await json.FlushAsync(context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, Envelope response, IAsyncEnumerator<GenerationEvent> events)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        await using var sse = new EventStream(context.Response.BodyWriter);
        try
        {
            while (true)
            {
                GenerationEvent item = events.Current;
                sse.Write(json => response.WriteChunk(json, item));
                await sse.FlushAsync(context.RequestAborted);
                if (response.HasEnded)
                {
                    break;
                }

                await NextAsync(events);
            }

            if (response.Call.IncludeUsage)
            {
                sse.Write(response.WriteUsageChunk);
            }
        }
        catch (ApiException exception)
        {
            // The status is sent already: the error comes as an event, as vLLM does.
            sse.Write(json =>
            {
                json.WriteStartObject();
                ErrorResponse.Write(json, exception.Error);
                json.WriteEndObject();
            });
        }

        sse.WriteRaw(Done);
        await sse.FlushAsync(context.RequestAborted);
    }

    /// <summary>What surrounds the choices of a response.</summary>
    private sealed class Envelope(GenerationCall call, IResponseFormat format, long created)
    {
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
}
