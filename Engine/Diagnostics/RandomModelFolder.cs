using System.Text.Json;
using System.Text.Json.Nodes;
using Preble.Engine.Weights;

namespace Preble.Engine.Diagnostics;

/// <summary>A model folder in Hugging Face layout with random weights, in a temporary place, deleted when disposed. It has no tokenizer.</summary>
public sealed class RandomModelFolder : IDisposable
{
    private RandomModelFolder(string path) => Path = path;

    /// <summary>Where it stands.</summary>
    public string Path { get; }

    /// <summary>Makes one. Equal shapes, seed included, give equal bytes.</summary>
    public static RandomModelFolder Create(RandomModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var folder = new RandomModelFolder(Directory.CreateTempSubdirectory("preble-model-").FullName);
        File.WriteAllText(System.IO.Path.Combine(folder.Path, "config.json"), Config(shape));
        folder.WriteWeights(shape);
        return folder;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal static string Config(RandomModelShape s) => new JsonObject
    {
        ["model_type"] = s.ModelType,
        ["vocab_size"] = s.VocabularySize,
        ["hidden_size"] = s.HiddenSize,
        ["intermediate_size"] = s.IntermediateSize,
        ["num_hidden_layers"] = s.Layers,
        ["num_attention_heads"] = s.Heads,
        ["num_key_value_heads"] = s.KeyValueHeads,
        ["head_dim"] = s.HeadDim,
        ["hidden_act"] = "silu",
        ["rms_norm_eps"] = 1e-5,
        ["rope_theta"] = 10000.0,
        ["rope_scaling"] = JsonNode.Parse(s.RopeScalingJson),
        ["max_position_embeddings"] = s.ContextTokensMax,
        ["tie_word_embeddings"] = s.TiedEmbeddings,
        ["attention_bias"] = s.AttentionBias,
        ["mlp_bias"] = s.FeedForwardBias,
        ["eos_token_id"] = 0,
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private void WriteWeights(RandomModelShape shape)
    {
        List<SafetensorsWriter.Entry> entries = Entries(shape);
        if (shape.Shards == 1)
        {
            SafetensorsWriter.Write(System.IO.Path.Combine(Path, "model.safetensors"), entries);
            return;
        }

        var map = new JsonObject();
        for (int shard = 0; shard < shape.Shards; shard++)
        {
            string name = $"model-{shard + 1:D5}-of-{shape.Shards:D5}.safetensors";
            SafetensorsWriter.Entry[] part = [.. entries.Where((_, i) => i % shape.Shards == shard)];
            SafetensorsWriter.Write(System.IO.Path.Combine(Path, name), part);
            foreach (SafetensorsWriter.Entry entry in part)
            {
                map[entry.Name] = name;
            }
        }

        File.WriteAllText(System.IO.Path.Combine(Path, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
    }

    internal static List<SafetensorsWriter.Entry> Entries(RandomModelShape s)
    {
        var entries = new List<SafetensorsWriter.Entry>();
        long hidden = s.HiddenSize, inner = s.IntermediateSize, queries = s.Heads * s.HeadDim, keys = s.KeyValueHeads * s.HeadDim;
        Add("model.embed_tokens.weight", 0, 1, s.VocabularySize, hidden);
        for (int i = 0; i < s.Layers; i++)
        {
            string p = $"model.layers.{i}.";
            Add(p + "input_layernorm.weight", 1, 0.2f, hidden);
            AddLinear(p + "self_attn.q_proj", queries, hidden, s.AttentionBias || s.ModelType == "qwen2");
            AddLinear(p + "self_attn.k_proj", keys, hidden, s.AttentionBias || s.ModelType == "qwen2");
            AddLinear(p + "self_attn.v_proj", keys, hidden, s.AttentionBias || s.ModelType == "qwen2");
            AddLinear(p + "self_attn.o_proj", hidden, queries, s.AttentionBias && s.ModelType == "llama");
            Add(p + "post_attention_layernorm.weight", 1, 0.2f, hidden);
            AddLinear(p + "mlp.gate_proj", inner, hidden, s.FeedForwardBias);
            AddLinear(p + "mlp.up_proj", inner, hidden, s.FeedForwardBias);
            AddLinear(p + "mlp.down_proj", hidden, inner, s.FeedForwardBias);
        }

        Add("model.norm.weight", 1, 0.2f, hidden);
        if (!s.TiedEmbeddings)
        {
            AddLinear("lm_head", s.VocabularySize, hidden, bias: false);
        }

        return entries;

        void AddLinear(string name, long rows, long columns, bool bias)
        {
            // Spread so that outputs have about the size of inputs, whatever the width.
            Add(name + ".weight", 0, 1.7f / MathF.Sqrt(columns), rows, columns);
            if (bias)
            {
                Add(name + ".bias", 0, 0.5f, rows);
            }
        }

        void Add(string name, float centre, float spread, params long[] dimensions)
        {
            TensorType type = s.MixedTypes ? (TensorType)(1 + (entries.Count % 3)) : s.Type;
            var random = new Random(HashCode(s.Seed, entries.Count));
            entries.Add(new SafetensorsWriter.Entry(name, type, dimensions, () => centre + (spread * ((2 * random.NextSingle()) - 1))));
        }
    }

    // Stable from run to run, which System.HashCode is not.
    private static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) + index);
}
