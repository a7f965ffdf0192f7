using Preble.Engine.Diagnostics;
using Preble.Engine.Weights;

namespace Preble.Engine.Tests.Support;

/// <summary>Model shapes that cover what configs can say, sizes that fit no vector or panel included.</summary>
internal static class Shapes
{
    internal const string Llama3 =
        """{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}""";

    internal static readonly IReadOnlyDictionary<string, RandomModelShape> ByName = new Dictionary<string, RandomModelShape>
    {
        ["plain bf16"] = new(),
        ["tied"] = new() { TiedEmbeddings = true, VocabularySize = 100 },
        ["f32"] = new() { Type = TensorType.F32 },
        ["f16"] = new() { Type = TensorType.F16, TiedEmbeddings = true },
        ["mixed types, sharded"] = new() { MixedTypes = true, Shards = 3 },
        ["one head for each key"] = new() { KeyValueHeads = 4, HeadDim = 20 },
        ["eight heads on one key"] = new() { Heads = 8, KeyValueHeads = 1, HeadDim = 64, HiddenSize = 48 },
        ["seven heads on one key, head of 128"] = new() { Heads = 7, KeyValueHeads = 1, HeadDim = 128, HiddenSize = 80, Layers = 1 },
        ["odd sizes"] = new() { HiddenSize = 37, IntermediateSize = 53, VocabularySize = 131, HeadDim = 6, Heads = 3, KeyValueHeads = 3 },
        ["all biases"] = new() { AttentionBias = true, FeedForwardBias = true, IntermediateSize = 70 },
        ["qwen2"] = new() { ModelType = "qwen2", TiedEmbeddings = true, Heads = 6, KeyValueHeads = 2, HeadDim = 32 },
        ["mistral"] = new() { ModelType = "mistral", Type = TensorType.F16 },
        ["llama3 rope"] = new() { RopeScalingJson = Llama3, HeadDim = 64 },
        ["linear rope"] = new() { RopeScalingJson = """{"type":"linear","factor":4}""" },
        ["steps over a block"] = new() { HiddenSize = 64, IntermediateSize = 4200, Layers = 1, HeadDim = 16 },
    };
}
