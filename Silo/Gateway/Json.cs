using System.Text.Encodings.Web;
using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>How the gateway writes JSON: UTF-8 as it is, nothing escaped that JSON does not ask for.</summary>
internal static class Json
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends a whole response; its status is set before.</summary>
    public static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, WriterOptions);
        write(json);
        await json.FlushAsync(context.RequestAborted);
    }
}
