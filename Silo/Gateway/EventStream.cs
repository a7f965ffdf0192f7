using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Writes server-sent events: <c>data: {json}</c> and an empty line each.</summary>
internal sealed class EventStream(PipeWriter output) : IAsyncDisposable
{
    private readonly Utf8JsonWriter _json = new(output, Json.WriterOptions);

    public void Write(Action<Utf8JsonWriter> content)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        content(_json);
        _json.Flush();
        output.Write("\n\n"u8);
    }

    public void WriteRaw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        // What was not flushed is not to be sent: the response's own end flushes the pipe.
        _json.Reset(Stream.Null);
        return _json.DisposeAsync();
    }
}
