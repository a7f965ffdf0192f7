using System.Text.Json;
using Preble.Engine.Weights;

namespace Preble.Engine.Models;

/// <summary>Typed access to a JSON object of a config file; every error names file and field. JSON null counts as absent.</summary>
internal readonly struct ConfigObject(string file, string prefix, JsonElement element)
{
    /// <summary>Largest token id and size accepted; far above any model, far below overflow.</summary>
    internal const int SizeMax = 1 << 24;

    internal string File => file;

    internal ModelFormatException Error(string field, string problem) => new(file, prefix + field, problem);

    internal JsonElement? Find(string field) =>
        element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal int Size(string field, int? fallback = null, int minimum = 1, int maximum = SizeMax)
    {
        if (Find(field) is not { } value)
        {
            return fallback ?? throw Error(field, "it is missing");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= minimum && number <= maximum
            ? number
            : throw Error(field, $"it is {Excerpt(value)}; a whole number from {minimum} to {maximum} was expected");
    }

    internal double Positive(string field, double? fallback = null)
    {
        if (Find(field) is not { } value)
        {
            return fallback ?? throw Error(field, "it is missing");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && number > 0
            ? number
            : throw Error(field, $"it is {Excerpt(value)}; a number above 0 was expected");
    }

    internal bool Flag(string field, bool fallback) => Find(field) is not { } value
        ? fallback
        : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Error(field, $"it is {Excerpt(value)}; true or false was expected"),
        };

    internal string? Text(string field) => Find(field) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Error(field, $"it is {Excerpt(value)}; a string was expected");

    internal ConfigObject? Object(string field)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object
            ? new ConfigObject(file, $"{prefix}{field}.", value)
            : throw Error(field, $"it is {Excerpt(value)}; an object was expected");
    }

    /// <summary>Token ids given as one number or a list; empty if absent.</summary>
    internal int[] TokenIds(string field, int vocabularySize)
    {
        if (Find(field) is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        int[] ids = new int[items.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = items[i].ValueKind == JsonValueKind.Number && items[i].TryGetInt32(out int id) && id >= 0 && id < vocabularySize
                ? id
                : throw Error(field, $"it holds {Excerpt(items[i])}; token ids from 0 to {vocabularySize - 1} were expected");
        }

        return ids;
    }

    private static string Excerpt(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 40 ? text : $"{text[..40]}...";
    }
}
