using System.Text.Json;

namespace Preble.Engine.Text;

/// <summary>A value in a JSON file that knows its file and path, so that whatever is wrong with it can be told.</summary>
internal readonly record struct JsonField(string File, string Path, JsonElement Element)
{
    /// <summary>Largest file that is read, in bytes.</summary>
    internal const long FileBytesMax = 256L << 20;

    internal bool IsNull => Element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    internal bool IsString => Element.ValueKind == JsonValueKind.String;

    internal bool IsArray => Element.ValueKind == JsonValueKind.Array;

    internal bool IsObject => Element.ValueKind == JsonValueKind.Object;

    /// <summary>Parses a file whose root is an object.</summary>
    internal static JsonDocument Load(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > FileBytesMax } large)
            {
                throw new TokenizerFormatException(file, "", $"{large.Length} bytes are over the limit of {FileBytesMax}");
            }

            var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(file));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                document.Dispose();
                throw new TokenizerFormatException(file, "", "not a JSON object");
            }

            return document;
        }
        catch (JsonException error)
        {
            throw new TokenizerFormatException(file, "", $"not valid JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFormatException(file, "", $"cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A member of this object; null-valued if it is absent.</summary>
    internal JsonField this[string name]
    {
        get
        {
            if (!IsObject)
            {
                throw Wrong("an object is wanted");
            }

            return new JsonField(File, Path.Length == 0 ? name : $"{Path}.{name}", Element.TryGetProperty(name, out var value) ? value : default);
        }
    }

    /// <summary>The members of this object.</summary>
    internal IEnumerable<(string Name, JsonField Value)> Members()
    {
        var (file, path) = (File, Path);
        return IsObject
            ? Element.EnumerateObject().Select(p => (p.Name, new JsonField(file, $"{path}[\"{p.Name}\"]", p.Value)))
            : throw Wrong("an object is wanted");
    }

    /// <summary>The elements of this array.</summary>
    internal IEnumerable<JsonField> Elements()
    {
        var (file, path) = (File, Path);
        return IsArray
            ? Element.EnumerateArray().Select((e, i) => new JsonField(file, $"{path}[{i}]", e))
            : throw Wrong("an array is wanted");
    }

    internal string String()
    {
        try
        {
            return IsString ? Element.GetString()! : throw Wrong("a string is wanted");
        }
        catch (InvalidOperationException error)
        {
            throw new TokenizerFormatException(File, Path, "not valid Unicode text", error);
        }
    }

    /// <summary>A token id, or another number from 0 on.</summary>
    internal int Count() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out var value) && value >= 0
        ? value
        : throw Wrong("a whole number from 0 to 2147483647 is wanted");

    internal bool Bool(bool whenAbsent = false) => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => whenAbsent,
        _ => throw Wrong("true or false is wanted"),
    };

    internal TokenizerFormatException Wrong(string problem) => new(File, Path, problem);
}
