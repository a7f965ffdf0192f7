using System.Globalization;
using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Writes an <see cref="ApiError"/>; all four keys are always there.</summary>
internal static class ErrorResponse
{
    public static async Task SendAsync(HttpContext context, ApiError error)
    {
        HttpResponse response = context.Response;
        response.Clear();
        response.StatusCode = error.Status;
        response.Headers["x-request-id"] = RequestIds.ForHeader(context);
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture);
        }

        await Json.SendAsync(context, json =>
        {
            json.WriteStartObject();
            Write(json, error);
            json.WriteEndObject();
        });
    }

    /// <summary>Writes the property <c>error</c> into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, ApiError error)
    {
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Param);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
    }
}
