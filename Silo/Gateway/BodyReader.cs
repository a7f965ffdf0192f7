using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;

namespace Preble.Silo.Gateway;

/// <summary>Reads a request's body into one JSON object, or says exactly why it is none.</summary>
internal static class BodyReader
{
    private const int DepthMax = 64;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static async Task<JsonDocument> ReadAsync(HttpContext context, int bytesMax)
    {
        RefuseEncoded(context.Request);
        return Parse(await ReadBytesAsync(context, bytesMax), bytesMax);
    }

    /// <summary>The JSON object that a body is, however it came.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body, int bytesMax)
    {
        if (body.Length > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        body = body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        if (body.IsEmpty)
        {
            throw new ApiException(ApiError.Invalid(null, "The body is empty; a JSON object is expected."));
        }

        if (!Utf8.IsValid(body.Span))
        {
            throw new ApiException(ApiError.Invalid(null, $"The body is not valid UTF-8: byte {FirstInvalidByte(body.Span)} starts no character."));
        }

        try
        {
            LoneSurrogates.Refuse(body.Span, DepthMax);
            JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            string kind = document.RootElement.ValueKind.ToString().ToLowerInvariant();
            document.Dispose();
            throw new ApiException(ApiError.Invalid(null, $"The body is a JSON {kind}; a JSON object is expected."));
        }
        catch (JsonException exception)
        {
            // A name that stands twice has no place in the exception, and is JSON; only its meaning is open.
            string says = exception.LineNumber is { } line
                ? $"is not valid JSON: line {line + 1}, byte {exception.BytePositionInLine + 1}."
                : $"cannot be read: {exception.Message}";
            throw new ApiException(ApiError.Invalid(null, $"The body {says}", "invalid_json"));
        }
    }

    private static void RefuseEncoded(HttpRequest request)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            string message = $"The header Content-Encoding is \"{encoding}\", but the body must come as it is.";
            throw new ApiException(new ApiError(StatusCodes.Status415UnsupportedMediaType, message, ApiError.InvalidRequest, null, "unsupported_encoding"));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            throw TooLarge(bytesMax);
        }

        PipeReader reader = context.Request.BodyReader;
        while (true)
        {
            // Without a token: a client that goes away ends the read by itself.
            ReadResult result = await reader.ReadAsync();
            if (result.Buffer.Length > bytesMax)
            {
                reader.AdvanceTo(result.Buffer.End);
                throw TooLarge(bytesMax);
            }

            if (result.IsCompleted)
            {
                byte[] body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static ApiException TooLarge(int bytesMax)
    {
        string message = $"The body is larger than the {bytesMax} bytes that Preble:BodyBytesMax allows.";
        return new ApiException(new ApiError(StatusCodes.Status413PayloadTooLarge, message, ApiError.InvalidRequest, null, "body_too_large"));
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> bytes)
    {
        int index = 0;
        while (System.Text.Rune.DecodeFromUtf8(bytes[index..], out _, out int consumed) == OperationStatus.Done)
        {
            index += consumed;
        }

        return index;
    }
}
