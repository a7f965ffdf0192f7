using Preble.Engine.Models;
using Preble.Engine.Weights;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>
/// The weights of a model on a device, in bf16, and the kernels compiled for it. Immutable; of use to any number of <see cref="CudaForwardPass"/>, which
/// are disposed before it.
/// </summary>
public sealed class CudaModel : IDisposable
{
    /// <summary>Widths of matrices are multiples of it: 16 bytes of bf16.</summary>
    private const int WidthUnit = 8;

    private readonly Owned _owned = new();

    private CudaModel(CudaDevice device, ModelConfig config, CudaOptions options, Func<WeightUploader, IWeightSource> source)
    {
        Device = device;
        Options = options;
        Config = config;
        Shape = new AttentionShape(Config.Heads, Config.KeyValueHeads, Config.HeadDim, options.PageTokens);
        try
        {
            Kernels = _owned.Add(new CudaKernels(device, Shape));
            using var uploader = new WeightUploader(device);
            var weights = new CudaWeights(device, source(uploader), uploader, _owned, Config);
            Layers = [.. Enumerable.Range(0, Config.Layers).Select(weights.Layer)];
            OutputGain = weights.Vector("model.norm.weight", Config.HiddenSize);
            Embedding = weights.Matrix(Config.HiddenSize, ("model.embed_tokens.weight", Config.VocabularySize));
            Output = Config.TiedEmbeddings ? Embedding : weights.Matrix(Config.HiddenSize, ("lm_head.weight", Config.VocabularySize));
            (Cosines, Sines) = weights.Rotary();
            WeightBytes = weights.Bytes;
            uploader.Finish();
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>What the config files say.</summary>
    public ModelConfig Config { get; }

    /// <summary>Where it is.</summary>
    public CudaDevice Device { get; }

    /// <summary>Memory of weights and rotary tables, in bytes.</summary>
    public long WeightBytes { get; }

    /// <summary>Memory that one token takes in the pages of a pass, in bytes.</summary>
    public long KeyValueBytesPerToken => 2L * Config.Layers * Config.KeyValueHeads * Config.HeadDim * sizeof(ushort);

    /// <summary>How it is computed.</summary>
    public CudaOptions Options { get; }

    internal AttentionShape Shape { get; }

    internal CudaKernels Kernels { get; }

    internal CudaLayer[] Layers { get; }

    internal DevicePointer OutputGain { get; }

    /// <summary>bf16 [vocabulary, hidden]</summary>
    internal DevicePointer Embedding { get; }

    /// <summary>bf16 [vocabulary, hidden]; the embedding's where the two are tied.</summary>
    internal DevicePointer Output { get; }

    /// <summary>f32 [context, headDim / 2]</summary>
    internal DevicePointer Cosines { get; }

    /// <summary>f32 [context, headDim / 2]</summary>
    internal DevicePointer Sines { get; }

    /// <summary>Loads a model folder in Hugging Face layout: config.json, generation_config.json if any, and safetensors weights.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="device">Where to; its context becomes the calling thread's.</param>
    /// <param name="options">How it is computed. Throws <see cref="ArgumentException"/> if a number is out of range.</param>
    /// <exception cref="ModelFormatException">Folder, file, field or tensor is missing, damaged or not supported on GPUs; says which and what was
    /// expected.</exception>
    /// <exception cref="CudaException">The device has too little memory, or refuses.</exception>
    public static CudaModel Load(string folder, CudaDevice device, CudaOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        device.MakeCurrent();
        ModelConfig config = ModelConfig.Load(folder);
        CheckShape(folder, config);
        using TensorStore store = TensorStore.Open(folder);
        return new CudaModel(device, config, options, uploader => new FolderWeights(store, uploader));
    }

    /// <summary>A model with random weights, made on the device: to measure shapes of models that are not at hand.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="device">Where to; its context becomes the calling thread's.</param>
    /// <param name="options">How it is computed. Throws <see cref="ArgumentException"/> if a number is out of range.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <exception cref="ModelFormatException">The shape is not supported on GPUs.</exception>
    /// <exception cref="CudaException">The device has too little memory, or refuses.</exception>
    public static CudaModel Random(ModelConfig config, CudaDevice device, CudaOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        device.MakeCurrent();
        CheckShape("", config);
        using var stream = new CudaStream(device);
        return new CudaModel(device, config, options, _ => new RandomWeights(stream, seed));
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private static void CheckShape(string folder, ModelConfig c)
    {
        string file = Path.Combine(folder, "config.json");
        if (c.HeadDim % 16 != 0 || c.HeadDim is < 32 or > 256)
        {
            throw new ModelFormatException(file, "head_dim", $"it is {c.HeadDim}; on GPUs it must be a multiple of 16 from 32 to 256");
        }

        if (c.VocabularySize > SampleOp.VocabularyMax)
        {
            throw new ModelFormatException(file, "vocab_size", $"it is {c.VocabularySize}; on GPUs it must not exceed {SampleOp.VocabularyMax}");
        }

        (string Field, int Value)[] widths =
        [
            ("vocab_size", c.VocabularySize),
            ("hidden_size", c.HiddenSize),
            ("intermediate_size", c.IntermediateSize),
        ];
        foreach ((string field, int value) in widths)
        {
            if (value % WidthUnit != 0)
            {
                throw new ModelFormatException(file, field, $"it is {value}; on GPUs it must be a multiple of {WidthUnit}");
            }
        }
    }
}
