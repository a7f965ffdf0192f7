using Preble.Engine.Models;
using Preble.Engine.Weights;

namespace Preble.Engine.Diagnostics;

/// <summary>The shape of a model with random weights, for tests and measurements.</summary>
public sealed record RandomModelShape
{
    /// <summary>llama, mistral or qwen2.</summary>
    public string ModelType { get; init; } = "llama";

    /// <summary>Vocabulary, in tokens.</summary>
    public int VocabularySize { get; init; } = 128;

    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize { get; init; } = 64;

    /// <summary>Width of the feed-forward layer.</summary>
    public int IntermediateSize { get; init; } = 96;

    /// <summary>Number of layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Query heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Key-value heads.</summary>
    public int KeyValueHeads { get; init; } = 2;

    /// <summary>Size of a head.</summary>
    public int HeadDim { get; init; } = 16;

    /// <summary>Context, in tokens.</summary>
    public int ContextTokensMax { get; init; } = 512;

    /// <summary>Whether the output matrix is the embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>attention_bias of a llama; qwen2 has its own in any case.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>mlp_bias of a llama.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>The JSON of rope_scaling.</summary>
    public string RopeScalingJson { get; init; } = "null";

    /// <summary>Type of all weights, unless <see cref="MixedTypes"/>.</summary>
    public TensorType Type { get; init; } = TensorType.BF16;

    /// <summary>Whether tensors take F32, F16 and BF16 in turn.</summary>
    public bool MixedTypes { get; init; }

    /// <summary>Number of files; more than 1 writes an index.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Seed of the weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Weights of the layers that one token is multiplied with, the output matrix not counted.</summary>
    public long LayerParameters =>
        Layers * (((long)HiddenSize * HeadDim * ((2 * Heads) + (2 * KeyValueHeads))) + (3L * HiddenSize * IntermediateSize));

    /// <summary>Weights of the output matrix.</summary>
    public long OutputParameters => (long)HiddenSize * VocabularySize;

    /// <summary>What a config of this shape says, without scaling of the rotary frequencies.</summary>
    public ModelConfig Config() => new()
    {
        ModelType = ModelType,
        VocabularySize = VocabularySize,
        HiddenSize = HiddenSize,
        IntermediateSize = IntermediateSize,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadDim = HeadDim,
        RmsEpsilon = 1e-5f,
        RopeTheta = 10_000,
        RopeScaling = new RopeScaling.None(),
        ContextTokensMax = ContextTokensMax,
        TiedEmbeddings = TiedEmbeddings,
        QueryKeyValueBias = AttentionBias || ModelType == "qwen2",
        AttentionOutputBias = AttentionBias && ModelType == "llama",
        FeedForwardBias = FeedForwardBias,
        BosTokenId = null,
        EosTokenIds = [0],
    };
}
