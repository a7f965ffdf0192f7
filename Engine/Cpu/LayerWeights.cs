using Preble.Engine.Compute;
using Preble.Engine.Models;
using Preble.Engine.Weights;

namespace Preble.Engine.Cpu;

/// <summary>The packed weights of one layer. Biases and gains are f32, padded with zeros; a bias is null where the model has none.</summary>
internal sealed class LayerWeights : IDisposable
{
    /// <summary>RMSNorm before the attention. [hidden]</summary>
    internal required AlignedMemory AttentionGain { get; init; }

    /// <summary>Queries, keys, values side by side. hidden -> (heads + 2 * keyValueHeads) * headDim</summary>
    internal required PackedMatrix QueryKeyValue { get; init; }

    /// <summary>Bias of <see cref="QueryKeyValue"/>.</summary>
    internal required AlignedMemory? QueryKeyValueBias { get; init; }

    /// <summary>heads * headDim -> hidden</summary>
    internal required PackedMatrix AttentionOutput { get; init; }

    /// <summary>Bias of <see cref="AttentionOutput"/>.</summary>
    internal required AlignedMemory? AttentionOutputBias { get; init; }

    /// <summary>RMSNorm before the feed-forward layer. [hidden]</summary>
    internal required AlignedMemory FeedForwardGain { get; init; }

    /// <summary>Gate in the lower, up in the upper half of each panel. hidden -> 2 * intermediate</summary>
    internal required PackedMatrix GateUp { get; init; }

    /// <summary>Bias of <see cref="GateUp"/>, in its order.</summary>
    internal required AlignedMemory? GateUpBias { get; init; }

    /// <summary>intermediate -> hidden</summary>
    internal required PackedMatrix Down { get; init; }

    /// <summary>Bias of <see cref="Down"/>.</summary>
    internal required AlignedMemory? DownBias { get; init; }

    /// <summary>Bytes in all.</summary>
    internal long Bytes => QueryKeyValue.Bytes + AttentionOutput.Bytes + GateUp.Bytes + Down.Bytes + AttentionGain.Bytes + FeedForwardGain.Bytes
        + (QueryKeyValueBias?.Bytes ?? 0) + (AttentionOutputBias?.Bytes ?? 0) + (GateUpBias?.Bytes ?? 0) + (DownBias?.Bytes ?? 0);

    /// <summary>Loads layer <paramref name="index"/>. Throws <see cref="ModelFormatException"/>.</summary>
    internal static LayerWeights Load(TensorStore store, ModelConfig c, int index, int threads)
    {
        var vectors = new VectorPacker(store);
        string prefix = $"model.layers.{index}.";
        string attention = prefix + "self_attn.";
        string feedForward = prefix + "mlp.";
        long hidden = c.HiddenSize, intermediate = c.IntermediateSize;
        long queries = (long)c.Heads * c.HeadDim, keys = (long)c.KeyValueHeads * c.HeadDim;
        return new LayerWeights
        {
            AttentionGain = vectors.Stack((prefix + "input_layernorm.weight", c.HiddenSize)),
            QueryKeyValue = MatrixPacker.Stack(
                c.HiddenSize,
                threads,
                store.Get(attention + "q_proj.weight", queries, hidden),
                store.Get(attention + "k_proj.weight", keys, hidden),
                store.Get(attention + "v_proj.weight", keys, hidden)),
            QueryKeyValueBias = vectors.Bias(
                c.QueryKeyValueBias, (attention + "q_proj.bias", (int)queries), (attention + "k_proj.bias", (int)keys), (attention + "v_proj.bias", (int)keys)),
            AttentionOutput = MatrixPacker.Stack((int)queries, threads, store.Get(attention + "o_proj.weight", hidden, queries)),
            AttentionOutputBias = vectors.Bias(c.AttentionOutputBias, (attention + "o_proj.bias", c.HiddenSize)),
            FeedForwardGain = vectors.Stack((prefix + "post_attention_layernorm.weight", c.HiddenSize)),
            GateUp = MatrixPacker.Pair(
                c.HiddenSize,
                threads,
                store.Get(feedForward + "gate_proj.weight", intermediate, hidden),
                store.Get(feedForward + "up_proj.weight", intermediate, hidden)),
            GateUpBias = vectors.PairedBias(c.FeedForwardBias, feedForward + "gate_proj.bias", feedForward + "up_proj.bias", c.IntermediateSize),
            Down = MatrixPacker.Stack(c.IntermediateSize, threads, store.Get(feedForward + "down_proj.weight", hidden, intermediate)),
            DownBias = vectors.Bias(c.FeedForwardBias, (feedForward + "down_proj.bias", c.HiddenSize)),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AttentionGain.Dispose();
        QueryKeyValue.Dispose();
        QueryKeyValueBias?.Dispose();
        AttentionOutput.Dispose();
        AttentionOutputBias?.Dispose();
        FeedForwardGain.Dispose();
        GateUp.Dispose();
        GateUpBias?.Dispose();
        Down.Dispose();
        DownBias?.Dispose();
    }
}
