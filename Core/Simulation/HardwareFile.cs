using System.Text.Json;

namespace Preble.Core.Simulation;

/// <summary>
/// Reads hardware from JSON such as <see cref="Example"/>, rates in seconds as <see cref="WorkerRates"/> has them. What <c>preble simulate --hardware FILE</c> takes.
/// </summary>
public static class HardwareFile
{
    /// <summary>A file with the rates of the default hardware.</summary>
    public const string Example = """{"alpha": 66.7e-6, "beta": 1.92e-9, "t0": 0.01, "gamma": 30e-6, "delta": 6.5e-8, "kv_tokens": 400000}""";

    private const string KvTokens = "kv_tokens";

    private static readonly string[] Fields = ["alpha", "beta", "t0", "gamma", "delta", KvTokens];

    /// <param name="name">What it is called in results.</param>
    /// <param name="json">The text.</param>
    /// <exception cref="FormatException">The text is no such JSON; the message names the field, its value and what is allowed.</exception>
    public static Hardware Parse(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"a JSON object with {string.Join(", ", Fields)} is wanted, not {root.ValueKind}");
            }

            var seen = new HashSet<string>();
            foreach (JsonProperty field in root.EnumerateObject())
            {
                if (!seen.Add(field.Name))
                {
                    throw new FormatException($"field '{field.Name}' is there twice; allowed: each of {string.Join(", ", Fields)} once");
                }

                if (!Fields.Contains(field.Name))
                {
                    throw new FormatException($"field '{field.Name}' is unknown; allowed: {string.Join(", ", Fields)}");
                }
            }

            var rates = new WorkerRates(Number(root, "alpha", 10), Number(root, "beta", 1), Number(root, "t0", 1000), Number(root, "gamma", 10), Number(root, "delta", 1));
            if (rates.Alpha + rates.T0 <= 0)
            {
                throw new FormatException("'alpha' or 't0' must be above 0: work takes time");
            }

            return HardwareCatalog.OfRates(name, rates, Tokens(root));
        }
        catch (JsonException exception)
        {
            throw new FormatException($"no JSON from line {exception.LineNumber + 1} on; a JSON object with {string.Join(", ", Fields)} is wanted", exception);
        }
    }

    private static JsonElement Find(JsonElement root, string field) => root.TryGetProperty(field, out JsonElement element)
        ? element
        : throw new FormatException($"field '{field}' is missing; wanted: {string.Join(", ", Fields)}");

    private static int Tokens(JsonElement root)
    {
        JsonElement element = Find(root, KvTokens);
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && value is >= 1 and <= int.MaxValue && value == Math.Floor(value)
            ? (int)value
            : throw new FormatException($"field '{KvTokens}' is {element.GetRawText()}; a whole number from 1 to {int.MaxValue} is wanted");
    }

    private static double Number(JsonElement root, string field, double most)
    {
        JsonElement element = Find(root, field);
        return element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && value >= 0 && value <= most
            ? value
            : throw new FormatException($"field '{field}' is {element.GetRawText()}; a number from 0 to {most} is wanted");
    }
}
