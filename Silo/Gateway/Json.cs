using System.Text.Encodings.Web;
using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>How the gateway writes JSON: UTF-8 as it is, nothing escaped that JSON does not ask for.</summary>
internal static class Json
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
