using System.Text.Json;

namespace Preble.Engine.Weights;

/// <summary>The weights of a model folder: <c>model.safetensors</c>, or shards named by <c>model.safetensors.index.json</c>.</summary>
internal sealed class TensorStore : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    /// <summary>Largest index accepted, in bytes.</summary>
    private const long IndexBytesMax = 100_000_000;

    private readonly string _folder;
    private readonly string _origin;
    private readonly Dictionary<string, SafetensorsFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> _fileOfTensor = new(StringComparer.Ordinal);

    private TensorStore(string folder, string origin)
    {
        _folder = folder;
        _origin = origin;
    }

    /// <summary>Opens all files of the folder and checks them. Throws <see cref="ModelFormatException"/>.</summary>
    internal static TensorStore Open(string folder)
    {
        string single = Path.Combine(folder, SingleName);
        string index = Path.Combine(folder, IndexName);
        bool sharded = !File.Exists(single) && File.Exists(index);
        if (!sharded && !File.Exists(single))
        {
            throw new ModelFormatException(folder, null, $"it holds neither {SingleName} nor {IndexName}");
        }

        var store = new TensorStore(folder, sharded ? index : single);
        try
        {
            if (sharded)
            {
                store.AddShards(index);
            }
            else
            {
                SafetensorsFile file = store.AddFile(single);
                foreach (string name in file.Tensors.Keys)
                {
                    store._fileOfTensor.Add(name, file);
                }
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Whether a tensor of that name exists.</summary>
    internal bool Contains(string name) => _fileOfTensor.ContainsKey(name);

    /// <summary>The file that holds a tensor, for messages.</summary>
    internal string FileOf(string name) => _fileOfTensor.TryGetValue(name, out SafetensorsFile? file) ? file.Path : _origin;

    /// <summary>
    /// A weight of a known shape. Throws <see cref="ModelFormatException"/> if it is missing or has another shape or a type that is not F32, F16 or
    /// BF16.
    /// </summary>
    internal TensorData Get(string name, params ReadOnlySpan<long> shape)
    {
        string expected = $"[{string.Join(", ", shape.ToArray())}]";
        if (!_fileOfTensor.TryGetValue(name, out SafetensorsFile? file))
        {
            throw new ModelFormatException(_origin, name, $"the tensor is missing; shape {expected} was expected");
        }

        TensorInfo info = file.Tensors[name];
        if (info.Type == TensorType.Other)
        {
            throw new ModelFormatException(file.Path, name, $"it is stored as {info.TypeName}; F32, F16 or BF16 was expected");
        }

        if (!shape.SequenceEqual(info.Shape))
        {
            throw new ModelFormatException(file.Path, name, $"its shape is {info.ShapeText}; {expected} was expected from the config");
        }

        return file.Data(info);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile AddFile(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        _files.Add(path, file);
        return file;
    }

    private void AddShards(string index)
    {
        foreach ((string tensor, string shard) in ReadIndex(index))
        {
            // A shard is a plain name: an index that comes with a downloaded model must not reach outside its folder.
            if (shard.Length == 0 || shard != Path.GetFileName(shard) || shard is "." or "..")
            {
                throw new ModelFormatException(index, tensor, $"its shard '{shard}' is not a plain file name");
            }

            string path = Path.Combine(_folder, shard);
            if (!_files.TryGetValue(path, out SafetensorsFile? file))
            {
                file = File.Exists(path) ? AddFile(path) : throw new ModelFormatException(path, null, $"the shard is missing; {IndexName} names it");
            }

            if (!file.Tensors.ContainsKey(tensor))
            {
                throw new ModelFormatException(path, tensor, $"the tensor is not in this shard, although {IndexName} says so");
            }

            if (!_fileOfTensor.TryAdd(tensor, file))
            {
                throw new ModelFormatException(index, tensor, "it stands twice in weight_map");
            }
        }
    }

    private static List<(string Tensor, string Shard)> ReadIndex(string index)
    {
        try
        {
            if (new FileInfo(index).Length > IndexBytesMax)
            {
                throw new ModelFormatException(index, null, $"it is larger than {IndexBytesMax} bytes");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(index));
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new ModelFormatException(index, "weight_map", "it is missing or not an object");
            }

            var result = new List<(string, string)>();
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                result.Add(entry.Value.ValueKind == JsonValueKind.String
                    ? (entry.Name, entry.Value.GetString() ?? "")
                    : throw new ModelFormatException(index, entry.Name, "its shard is not a string"));
            }

            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException(index, null, $"it is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(index, null, $"it cannot be read: {e.Message}", e);
        }
    }
}
