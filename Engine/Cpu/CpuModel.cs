using Preble.Engine.Compute;
using Preble.Engine.Models;
using Preble.Engine.Weights;

namespace Preble.Engine.Cpu;

/// <summary>
/// The weights of a model, packed for the CPU kernels; immutable, loaded once and shared by any number of <see cref="CpuForwardPass"/>. The memory is
/// freed when it and all of its passes are disposed.
/// </summary>
public sealed class CpuModel : IDisposable
{
    private int _references = 1;
    private int _disposed;

    private CpuModel(ModelConfig config, KernelSet kernels, PackedMatrix embedding, PackedMatrix output, AlignedMemory outputGain, LayerWeights[] layers)
    {
        Config = config;
        Kernels = kernels;
        Embedding = embedding;
        Output = output;
        OutputGain = outputGain;
        Layers = layers;
        Rotary = new RotaryTable(config);
        WeightBytes = layers.Sum(l => l.Bytes) + embedding.Bytes + outputGain.Bytes + (output == embedding ? 0 : output.Bytes);
    }

    /// <summary>What the config files say.</summary>
    public ModelConfig Config { get; }

    /// <summary>Name of the kernel set in use: avx512, avx2 or portable.</summary>
    public string KernelSet => Kernels.Name;

    /// <summary>Memory of the packed weights, in bytes.</summary>
    public long WeightBytes { get; }

    /// <summary>Memory that one token takes in the pages of a pass, in bytes.</summary>
    public long KeyValueBytesPerToken =>
        (long)Config.Layers * Config.KeyValueHeads * (Config.HeadDim + KeyValueMemory.ValueStrideOf(Config.HeadDim)) * sizeof(float);

    internal KernelSet Kernels { get; }

    internal PackedMatrix Embedding { get; }

    internal PackedMatrix Output { get; }

    internal AlignedMemory OutputGain { get; }

    internal LayerWeights[] Layers { get; }

    internal RotaryTable Rotary { get; }

    /// <summary>Loads a model folder in Hugging Face layout: config.json, generation_config.json if any, and safetensors weights.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ModelFormatException">Folder, file, field or tensor is missing, damaged or not supported; says which and what was
    /// expected.</exception>
    /// <exception cref="ArgumentException">The options name an unknown kernel set.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine lacks the instructions of a forced kernel set.</exception>
    public static CpuModel Load(string folder, CpuOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LoadThreads, 1);
        KernelSet kernels = KernelSets.Choose(options.KernelSet);
        ModelConfig config = ModelConfig.Load(folder);
        using TensorStore store = TensorStore.Open(folder);
        var layers = new LayerWeights[config.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = LayerWeights.Load(store, config, i, options.LoadThreads);
        }

        AlignedMemory gain = new VectorPacker(store).Stack(("model.norm.weight", config.HiddenSize));
        PackedMatrix embedding = LoadTable(store, "model.embed_tokens.weight", config, options.LoadThreads);
        PackedMatrix output = config.TiedEmbeddings ? embedding : LoadTable(store, "lm_head.weight", config, options.LoadThreads);
        return new CpuModel(config, kernels, embedding, output, gain, layers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Keeps the memory until <see cref="Release"/>.</summary>
    internal void Retain()
    {
        int count = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(count == 0, this);
            int seen = Interlocked.CompareExchange(ref _references, count + 1, count);
            if (seen == count)
            {
                return;
            }

            count = seen;
        }
    }

    /// <summary>Gives up one <see cref="Retain"/>; the last one frees the memory.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0)
        {
            return;
        }

        foreach (LayerWeights layer in Layers)
        {
            layer.Dispose();
        }

        OutputGain.Dispose();
        Embedding.Dispose();
        Output.Dispose();
        Rotary.Dispose();
    }

    private static PackedMatrix LoadTable(TensorStore store, string name, ModelConfig config, int threads) =>
        MatrixPacker.Stack(config.HiddenSize, threads, store.Get(name, config.VocabularySize, config.HiddenSize));
}
