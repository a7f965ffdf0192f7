using System.Globalization;
using System.Text.Json;

namespace Preble.Core.Workloads;

/// <summary>One line of a trace.</summary>
/// <param name="Number">Of the line, from 1.</param>
/// <param name="Milliseconds">Time stamp.</param>
/// <param name="InputTokens">[tokens]</param>
/// <param name="OutputTokens">[tokens]</param>
/// <param name="Hashes">One for each block of the prompt.</param>
internal readonly record struct MooncakeLine(int Number, double Milliseconds, int InputTokens, int OutputTokens, ulong[] Hashes)
{
    /// <summary>The longest prompt and the longest output. [tokens]</summary>
    public const int TokensMax = 100_000_000;

    /// <summary>Twenty years.</summary>
    private const double MillisecondsMax = 20.0 * 365 * 86_400_000;
    private const int ShownMax = 40;

    /// <param name="name">Of the trace, for messages.</param>
    /// <param name="number">Of the line.</param>
    /// <param name="text">The line: a JSON object with each field once; fields that are not known are passed over.</param>
    /// <exception cref="FormatException">It is not what it should be.</exception>
    public static MooncakeLine Parse(string name, int number, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Error(name, number, $"is {Shown(text)}; allowed: a JSON object");
            }

            var seen = new HashSet<string>();
            foreach (JsonProperty field in root.EnumerateObject())
            {
                if (!seen.Add(field.Name))
                {
                    throw Error(name, number, $"has {Shown(field.Name)} twice; allowed: each field once");
                }
            }

            return new MooncakeLine(
                number, ReadMilliseconds(name, number, root), ReadTokens(name, number, root, "input_length", 1) ?? throw Missing(name, number, "input_length"),
                ReadTokens(name, number, root, "output_length", 1) ?? 1, ReadHashes(name, number, root));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // The latter two: half of a surrogate pair, plain or escaped, which is no text.
            throw Error(name, number, $"is {Shown(text)}; allowed: a JSON object");
        }
    }

    /// <summary>A damaged line.</summary>
    /// <param name="name">Of the trace.</param>
    /// <param name="number">Of the line.</param>
    /// <param name="what">What is wrong, and what is allowed.</param>
    public static FormatException Error(string name, int number, string what) => new($"{name}, line {number.ToString(CultureInfo.InvariantCulture)} {what}.");

    private static FormatException Missing(string name, int number, string field) => Error(name, number, $"has no '{field}'; it must have one");

    private static FormatException Wrong(string name, int number, string field, JsonElement value, string allowed) =>
        Error(name, number, $"has '{field}' {Shown(value.GetRawText())}; allowed: {allowed}");

    private static double ReadMilliseconds(string name, int number, JsonElement root)
    {
        if (!root.TryGetProperty("timestamp", out JsonElement value))
        {
            throw Missing(name, number, "timestamp");
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double milliseconds) && milliseconds is >= 0 and <= MillisecondsMax
            ? milliseconds
            : throw Wrong(name, number, "timestamp", value, string.Create(CultureInfo.InvariantCulture, $"milliseconds from 0 to {MillisecondsMax}"));
    }

    private static int? ReadTokens(string name, int number, JsonElement root, string field, int min)
    {
        if (!root.TryGetProperty(field, out JsonElement value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int tokens) && tokens >= min && tokens <= TokensMax
            ? tokens
            : throw Wrong(name, number, field, value, string.Create(CultureInfo.InvariantCulture, $"whole numbers from {min} to {TokensMax}"));
    }

    private static ulong[] ReadHashes(string name, int number, JsonElement root)
    {
        if (!root.TryGetProperty("hash_ids", out JsonElement value))
        {
            throw Missing(name, number, "hash_ids");
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw Wrong(name, number, "hash_ids", value, "a list of at least one whole number");
        }

        var hashes = new ulong[value.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            bool isWhole = item.ValueKind == JsonValueKind.Number;
            hashes[count++] = isWhole && item.TryGetUInt64(out ulong hash) ? hash
                : isWhole && item.TryGetInt64(out long negative) ? (ulong)negative
                : throw Wrong(name, number, "hash_ids", item, "whole numbers of 64 bits");
        }

        return hashes;
    }

    private static string Shown(string text) => text.Length <= ShownMax ? $"'{text}'" : $"'{text[..ShownMax]}...'";
}
