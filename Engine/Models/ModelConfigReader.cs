using System.Text.Json;
using Preble.Engine.Weights;

namespace Preble.Engine.Models;

/// <summary>Reads a <see cref="ModelConfig"/>; what the engine would compute wrongly is refused by name instead of ignored.</summary>
internal static class ModelConfigReader
{
    /// <summary>Largest config file accepted, in bytes.</summary>
    private const long FileBytesMax = 16_000_000;

    internal static ModelConfig Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelFormatException(folder, null, "the model folder does not exist");
        }

        string path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            throw new ModelFormatException(path, null, "the file is missing; a model folder in Hugging Face layout was expected");
        }

        ModelConfig config = WithObject(path, Read);
        string generationPath = Path.Combine(folder, "generation_config.json");
        if (!File.Exists(generationPath))
        {
            return config;
        }

        int[] ends = WithObject(generationPath, c => c.TokenIds("eos_token_id", config.VocabularySize));
        return config with { EosTokenIds = [.. config.EosTokenIds.Union(ends).Order()] };
    }

    private static T WithObject<T>(string path, Func<ConfigObject, T> read)
    {
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                throw new ModelFormatException(path, null, $"it is larger than {FileBytesMax} bytes");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? read(new ConfigObject(path, "", document.RootElement))
                : throw new ModelFormatException(path, null, "it is not a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException(path, null, $"it is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(path, null, $"it cannot be read: {e.Message}", e);
        }
    }

    private static ModelConfig Read(ConfigObject c)
    {
        string type = c.Text("model_type") ?? throw c.Error("model_type", "it is missing; llama, mistral or qwen2 was expected");
        if (type is not ("llama" or "mistral" or "qwen2"))
        {
            throw c.Error("model_type", $"'{type}' is not supported; llama, mistral or qwen2 was expected");
        }

        RefuseWhatIsNotComputed(c);
        int hidden = c.Size("hidden_size");
        int heads = c.Size("num_attention_heads");
        int keyValueHeads = c.Size("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
        {
            throw c.Error("num_key_value_heads", $"it is {keyValueHeads}, which does not divide the {heads} attention heads");
        }

        if (c.Find("head_dim") is null && hidden % heads != 0)
        {
            throw c.Error("head_dim", $"it is missing, and hidden_size {hidden} is no multiple of the {heads} heads");
        }

        int headDim = c.Size("head_dim", hidden / heads);
        if (headDim % 2 != 0)
        {
            throw c.Error("head_dim", $"it is {headDim}; an even number was expected");
        }

        if ((long)heads * headDim > ConfigObject.SizeMax)
        {
            throw c.Error("head_dim", $"{heads} heads of {headDim} are wider than {ConfigObject.SizeMax}");
        }

        int vocabulary = c.Size("vocab_size");
        int context = c.Size("max_position_embeddings");
        RefuseSlidingWindow(c, type, context);
        bool attentionBias = type == "llama" && c.Flag("attention_bias", false);
        ConfigObject? rope = c.Object("rope_parameters") ?? c.Object("rope_scaling");
        return new ModelConfig
        {
            ModelType = type,
            VocabularySize = vocabulary,
            HiddenSize = hidden,
            IntermediateSize = c.Size("intermediate_size"),
            Layers = c.Size("num_hidden_layers", maximum: 1024),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            RmsEpsilon = (float)c.Positive("rms_norm_eps", 1e-6),
            RopeTheta = rope?.Find("rope_theta") is null ? c.Positive("rope_theta", 10_000) : rope.Value.Positive("rope_theta"),
            RopeScaling = rope is null ? new RopeScaling.None() : ReadScaling(rope.Value, context),
            ContextTokensMax = context,
            TiedEmbeddings = c.Flag("tie_word_embeddings", false),
            QueryKeyValueBias = attentionBias || type == "qwen2",
            AttentionOutputBias = attentionBias,
            FeedForwardBias = type == "llama" && c.Flag("mlp_bias", false),
            BosTokenId = c.TokenIds("bos_token_id", vocabulary) is [int bos, ..] ? bos : null,
            EosTokenIds = [.. c.TokenIds("eos_token_id", vocabulary).Distinct().Order()],
        };
    }

    private static RopeScaling ReadScaling(ConfigObject s, int context)
    {
        string type = s.Text("rope_type") ?? s.Text("type") ?? "default";
        switch (type)
        {
            case "default":
                return new RopeScaling.None();
            case "linear":
                return new RopeScaling.Linear(AtLeastOne(s, "factor"));
            case "llama3":
                double low = s.Positive("low_freq_factor");
                double high = s.Positive("high_freq_factor");
                if (high <= low)
                {
                    throw s.Error("high_freq_factor", $"it is {high}, not above low_freq_factor {low}");
                }

                return new RopeScaling.Llama3(AtLeastOne(s, "factor"), low, high, s.Size("original_max_position_embeddings", context));
            default:
                throw s.Error("rope_type", $"'{type}' is not supported; default, linear or llama3 was expected");
        }
    }

    private static double AtLeastOne(ConfigObject s, string field)
    {
        double factor = s.Positive(field);
        return factor >= 1 ? factor : throw s.Error(field, $"it is {factor}; at least 1 was expected");
    }

    private static void RefuseWhatIsNotComputed(ConfigObject c)
    {
        string activation = c.Text("hidden_act") ?? "silu";
        if (activation is not ("silu" or "swish"))
        {
            throw c.Error("hidden_act", $"'{activation}' is not supported; silu was expected");
        }

        if (c.Find("quantization_config") is not null)
        {
            throw c.Error("quantization_config", "quantised weights are not supported; F32, F16 or BF16 was expected");
        }

        if (c.Positive("partial_rotary_factor", 1) != 1)
        {
            throw c.Error("partial_rotary_factor", "only 1 is supported");
        }
    }

    private static void RefuseSlidingWindow(ConfigObject c, string type, int context)
    {
        bool used = type == "mistral" || (type == "qwen2" && c.Flag("use_sliding_window", false));
        if (used && c.Find("sliding_window") is not null && c.Size("sliding_window") < context)
        {
            throw c.Error(
                "sliding_window",
                $"a window of {c.Size("sliding_window")} tokens below the context of {context} is not supported; lower max_position_embeddings to it or remove it");
        }
    }
}
