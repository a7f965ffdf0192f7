using System.Buffers.Binary;
using System.Text.Json;

namespace Preble.Engine.Weights;

/// <summary>
/// Reads and checks the header of a safetensors file: 8 bytes of little-endian header length, a JSON object from tensor names to type, shape and
/// byte range, then the data, which the ranges cover without gap or overlap. Pure: it sees the first bytes and the length of the file only.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Largest header accepted, in bytes; the limit of the reference implementation.</summary>
    internal const int HeaderBytesMax = 100_000_000;

    /// <summary>Most dimensions of a tensor.</summary>
    internal const int RankMax = 8;

    /// <summary>Bytes before the JSON.</summary>
    internal const int PrefixBytes = 8;

    /// <summary>Length of the JSON, checked against the file.</summary>
    /// <param name="file">Path for messages.</param>
    /// <param name="prefix">The first <see cref="PrefixBytes"/> bytes, or fewer if the file is shorter.</param>
    /// <param name="fileLength">Size of the file in bytes.</param>
    internal static int JsonLength(string file, ReadOnlySpan<byte> prefix, long fileLength)
    {
        if (prefix.Length < PrefixBytes)
        {
            throw new ModelFormatException(file, "header", $"the file has {fileLength} bytes, too few for a safetensors header");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length < 2 || length > HeaderBytesMax)
        {
            throw new ModelFormatException(file, "header", $"its length is given as {length} bytes; between 2 and {HeaderBytesMax} was expected");
        }

        if ((long)length > fileLength - PrefixBytes)
        {
            throw new ModelFormatException(file, "header", $"its length is given as {length} bytes, but the file has only {fileLength}; it is truncated");
        }

        return (int)length;
    }

    /// <summary>All tensors of the header by name, every range checked.</summary>
    /// <param name="file">Path for messages.</param>
    /// <param name="json">The JSON part of the header.</param>
    /// <param name="fileLength">Size of the file in bytes.</param>
    internal static Dictionary<string, TensorInfo> Parse(string file, ReadOnlyMemory<byte> json, long fileLength)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(file, document.RootElement, PrefixBytes + json.Length, fileLength);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file, "header", $"it is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonElement throws this for strings whose bytes are not UTF-8.
            throw new ModelFormatException(file, "header", "it holds text that is not valid UTF-8", e);
        }
    }

    private static Dictionary<string, TensorInfo> Read(string file, JsonElement root, long dataStart, long fileLength)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException(file, "header", $"it is a JSON {root.ValueKind}; an object of tensors was expected");
        }

        var tensors = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.NameEquals("__metadata__"))
            {
                continue;
            }

            TensorInfo tensor = ReadTensor(file, property.Name, property.Value, dataStart, fileLength);
            if (!tensors.TryAdd(tensor.Name, tensor))
            {
                throw new ModelFormatException(file, tensor.Name, "it stands twice in the header");
            }
        }

        CheckCoverage(file, tensors.Values, dataStart, fileLength);
        return tensors;
    }

    private static TensorInfo ReadTensor(string file, string name, JsonElement value, long dataStart, long fileLength)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException(file, name, $"its header entry is a JSON {value.ValueKind}; an object was expected");
        }

        JsonElement dtype = Field(file, name, value, "dtype", JsonValueKind.String);
        JsonElement shape = Field(file, name, value, "shape", JsonValueKind.Array);
        JsonElement offsets = Field(file, name, value, "data_offsets", JsonValueKind.Array);

        string typeName = dtype.GetString() ?? "";
        int size = SizeOf(typeName) ?? throw new ModelFormatException(file, name, $"its dtype '{typeName}' is unknown");
        if (shape.GetArrayLength() > RankMax)
        {
            throw new ModelFormatException(file, name, $"it has {shape.GetArrayLength()} dimensions; at most {RankMax} are accepted");
        }

        long[] dimensions = [.. shape.EnumerateArray().Select(d => Natural(file, name, d, "shape"))];
        long bytes = size;
        foreach (long dimension in dimensions)
        {
            Int128 product = (Int128)bytes * dimension;
            bytes = product <= long.MaxValue
                ? (long)product
                : throw new ModelFormatException(file, name, $"its shape [{string.Join(", ", dimensions)}] is larger than any file");
        }

        if (offsets.GetArrayLength() != 2)
        {
            throw new ModelFormatException(file, name, $"its data_offsets have {offsets.GetArrayLength()} numbers; 2 were expected");
        }

        long begin = Natural(file, name, offsets[0], "data_offsets");
        long end = Natural(file, name, offsets[1], "data_offsets");
        if (begin > end || end > fileLength - dataStart)
        {
            throw new ModelFormatException(
                file, name, $"its data_offsets [{begin}, {end}] lie outside the {fileLength - dataStart} bytes of data in the file; is it truncated?");
        }

        if (end - begin != bytes)
        {
            throw new ModelFormatException(
                file, name, $"its data has {end - begin} bytes, but {typeName} [{string.Join(", ", dimensions)}] needs {bytes}");
        }

        return new TensorInfo(name, TypeOf(typeName), typeName, dimensions, dataStart + begin, bytes);
    }

    private static void CheckCoverage(string file, IEnumerable<TensorInfo> tensors, long dataStart, long fileLength)
    {
        long covered = dataStart;
        TensorInfo? previous = null;
        foreach (TensorInfo tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            if (tensor.Offset < covered)
            {
                throw new ModelFormatException(file, tensor.Name, $"its data overlaps that of '{previous?.Name}'");
            }

            if (tensor.Offset > covered)
            {
                throw new ModelFormatException(file, tensor.Name, $"{tensor.Offset - covered} bytes before its data belong to no tensor");
            }

            covered = tensor.Offset + tensor.Length;
            previous = tensor;
        }

        if (covered != fileLength)
        {
            throw new ModelFormatException(file, "data", $"{fileLength - covered} bytes at its end belong to no tensor");
        }
    }

    private static JsonElement Field(string file, string name, JsonElement value, string field, JsonValueKind kind) =>
        value.TryGetProperty(field, out JsonElement element) && element.ValueKind == kind
            ? element
            : throw new ModelFormatException(file, name, $"its header entry has no {field} of JSON kind {kind}");

    private static long Natural(string file, string name, JsonElement element, string field) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) && number >= 0
            ? number
            : throw new ModelFormatException(file, name, $"its {field} holds {Excerpt(element)}; a whole number of at least 0 was expected");

    private static string Excerpt(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 40 ? text : $"{text[..40]}...";
    }

    private static TensorType TypeOf(string name) => name switch
    {
        "F32" => TensorType.F32,
        "F16" => TensorType.F16,
        "BF16" => TensorType.BF16,
        _ => TensorType.Other,
    };

    private static int? SizeOf(string name) => name switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "I16" or "U16" or "F16" or "BF16" => 2,
        "I32" or "U32" or "F32" => 4,
        "I64" or "U64" or "F64" or "C64" => 8,
        _ => null,
    };
}
