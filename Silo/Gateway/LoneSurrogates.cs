using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>
/// Finds escapes such as \ud800 without their other half: valid JSON, but no text can hold them, and reading one later would fail in the middle of
/// something else.
/// </summary>
internal static class LoneSurrogates
{
    /// <summary>Ends the request if a name or a string of the body holds one.</summary>
    /// <param name="body">JSON; what is not throws <see cref="JsonException"/>.</param>
    /// <param name="depthMax">Deepest nesting.</param>
    public static void Refuse(ReadOnlySpan<byte> body, int depthMax)
    {
        if (body.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        // The name of the property that is open, and the index in the array that is, at each depth.
        var path = new List<string> { "" };
        var counts = new List<int> { -1 };
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = depthMax });
        while (reader.Read())
        {
            bool value = reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray);
            if (value && counts[^1] >= 0)
            {
                path[^1] = $"[{counts[^1]++}]";
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    path[^1] = Text(ref reader, path);
                    break;
                case JsonTokenType.String:
                    Text(ref reader, path);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    path.Add("");
                    counts.Add(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    path.RemoveAt(path.Count - 1);
                    counts.RemoveAt(counts.Count - 1);
                    break;
            }
        }
    }

    private static string Text(ref Utf8JsonReader reader, List<string> path)
    {
        try
        {
            return !reader.ValueIsEscaped && reader.TokenType == JsonTokenType.String ? "" : reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            bool isName = reader.TokenType == JsonTokenType.PropertyName;
            string at = string.Join('.', path.Take(isName ? path.Count - 1 : path.Count).Where(part => part.Length > 0)).Replace(".[", "[");
            string what = isName ? $"A name in {(at.Length > 0 ? $"'{at}'" : "the body")}" : $"'{at}'";
            throw new ApiException(ApiError.Invalid(at.Length > 0 ? at : null, $"{what} holds an escaped surrogate without its other half, which no text can hold."));
        }
    }
}
