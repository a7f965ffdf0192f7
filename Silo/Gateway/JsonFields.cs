using System.Text.Json;

namespace Preble.Silo.Gateway;

/// <summary>Reads the fields of a JSON object; a wrong one ends the request with its name, its value and what is allowed. A null is an absent field.</summary>
internal readonly struct JsonFields(JsonElement element, string path = "")
{
    private const int ShownCharsMax = 64;

    public JsonElement Element { get; } = element;

    public bool TryGet(string name, out JsonElement value) =>
        Element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public bool Bool(string name, bool otherwise)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return otherwise;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, value, "true or false"),
        };
    }

    public long? Integer(string name, long min, long max)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        string allowed = $"an integer from {min} to {max}";
        if (value.ValueKind != JsonValueKind.Number || !TryInteger(value, out long number))
        {
            throw Wrong(name, value, allowed);
        }

        return number >= min && number <= max ? number : throw Wrong(name, value, allowed);
    }

    public int? Integer(string name) => (int?)Integer(name, int.MinValue, int.MaxValue);

    public double? Number(string name) => TryGet(name, out JsonElement value) ? Number(name, value) : null;

    /// <summary>The finite number that <paramref name="value"/> is.</summary>
    public double Number(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a finite number");

    public string? Text(string name, string allowed = "a string") =>
        TryGet(name, out JsonElement value) ? Text(value, name, allowed) : null;

    /// <summary>The string that <paramref name="value"/> is.</summary>
    public string Text(JsonElement value, string name, string allowed = "a string")
    {
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, allowed);
    }

    public int TokenId(JsonElement value, string name, int vocabulary)
    {
        if (value.ValueKind == JsonValueKind.Number && TryInteger(value, out long id) && id >= 0 && id < vocabulary)
        {
            return (int)id;
        }

        throw Wrong(name, value, $"a token id from 0 to {vocabulary - 1}");
    }

    public ApiException Wrong(string name, JsonElement value, string allowed) =>
        Invalid(name, $"is {Show(value)}, but must be {allowed}");

    public ApiException Invalid(string name, string says, string? code = null) =>
        new(ApiError.Invalid(path + name, $"'{path}{name}' {says}.", code));

    private static bool TryInteger(JsonElement value, out long number)
    {
        if (value.TryGetInt64(out number))
        {
            return true;
        }

        // 16.0 is an integer in JSON's eyes; 16.5 and 1e30 are not.
        bool whole = value.TryGetDouble(out double real) && Math.Abs(real) < 1L << 53 && Math.Floor(real) == real;
        number = whole ? (long)real : 0;
        return whole;
    }

    private static string Show(JsonElement value)
    {
        string raw = value.GetRawText();
        return raw.Length <= ShownCharsMax ? raw : raw[..ShownCharsMax] + "...";
    }
}
