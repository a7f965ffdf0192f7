using Preble.Engine.Models;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>Puts the weights of a model onto a device.</summary>
/// <param name="device">Which.</param>
/// <param name="source">The weights.</param>
/// <param name="uploader">Copies.</param>
/// <param name="owner">Owns the memory.</param>
/// <param name="config">The model's shape.</param>
internal sealed class CudaWeights(CudaDevice device, IWeightSource source, WeightUploader uploader, Owned owner, ModelConfig config)
{
    /// <summary>Memory so far.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The weights of layer <paramref name="index"/>.</summary>
    internal CudaLayer Layer(int index)
    {
        ModelConfig c = config;
        string prefix = $"model.layers.{index}.";
        string attention = prefix + "self_attn.";
        string feedForward = prefix + "mlp.";
        (int queries, int keys) = (c.Heads * c.HeadDim, c.KeyValueHeads * c.HeadDim);
        return new CudaLayer(
            Vector(prefix + "input_layernorm.weight", c.HiddenSize),
            Matrix(c.HiddenSize, (attention + "q_proj.weight", queries), (attention + "k_proj.weight", keys), (attention + "v_proj.weight", keys)),
            Bias(c.QueryKeyValueBias, (attention + "q_proj.bias", queries), (attention + "k_proj.bias", keys), (attention + "v_proj.bias", keys)),
            Matrix(queries, (attention + "o_proj.weight", c.HiddenSize)),
            Bias(c.AttentionOutputBias, (attention + "o_proj.bias", c.HiddenSize)),
            Vector(prefix + "post_attention_layernorm.weight", c.HiddenSize),
            Matrix(c.HiddenSize, (feedForward + "gate_proj.weight", c.IntermediateSize), (feedForward + "up_proj.weight", c.IntermediateSize)),
            Bias(c.FeedForwardBias, (feedForward + "gate_proj.bias", c.IntermediateSize), (feedForward + "up_proj.bias", c.IntermediateSize)),
            Matrix(c.IntermediateSize, (feedForward + "down_proj.weight", c.HiddenSize)),
            Bias(c.FeedForwardBias, (feedForward + "down_proj.bias", c.HiddenSize)));
    }

    /// <summary>Matrices below one another, bf16 [sum of rows, columns].</summary>
    internal DevicePointer Matrix(int columns, params ReadOnlySpan<(string Name, int Rows)> parts)
    {
        long rows = 0;
        foreach ((_, int count) in parts)
        {
            rows += count;
        }

        DevicePointer memory = Allocate(rows * columns * sizeof(ushort));
        DevicePointer target = memory;
        foreach ((string name, int count) in parts)
        {
            long numbers = (long)count * columns;
            source.CopyMatrix(name, count, columns, target);
            target += numbers * sizeof(ushort);
        }

        return memory;
    }

    /// <summary>A vector in f32.</summary>
    internal DevicePointer Vector(string name, int length) => Stack((name, length));

    /// <summary>Cosines and sines of all positions, computed in f64, f32 [context, headDim / 2].</summary>
    internal (DevicePointer Cosines, DevicePointer Sines) Rotary()
    {
        double[] frequencies = config.RopeScaling.Frequencies(config.RopeTheta, config.HeadDim);
        long count = (long)config.ContextTokensMax * frequencies.Length;
        DevicePointer cosines = Allocate(count * sizeof(float));
        DevicePointer sines = Allocate(count * sizeof(float));
        uploader.Upload(count, cosines, index => (float)Math.Cos(Angle(index)));
        uploader.Upload(count, sines, index => (float)Math.Sin(Angle(index)));
        return (cosines, sines);

        double Angle(long index) => index / frequencies.Length * frequencies[index % frequencies.Length];
    }

    /// <summary>
    /// A bias, or null. One that stands in the file although the config announces none is an error: the model would be computed wrongly.
    /// </summary>
    private DevicePointer Bias(bool announced, params ReadOnlySpan<(string Name, int Length)> parts)
    {
        if (announced)
        {
            return Stack(parts);
        }

        foreach ((string name, _) in parts)
        {
            source.CheckAbsent(name);
        }

        return DevicePointer.Null;
    }

    private DevicePointer Stack(params ReadOnlySpan<(string Name, int Length)> parts)
    {
        long length = 0;
        foreach ((_, int count) in parts)
        {
            length += count;
        }

        DevicePointer memory = Allocate(length * sizeof(float));
        DevicePointer target = memory;
        foreach ((string name, int count) in parts)
        {
            source.CopyVector(name, count, target);
            target += (long)count * sizeof(float);
        }

        return memory;
    }

    private DevicePointer Allocate(long bytes)
    {
        Bytes += bytes;
        return owner.Add(new DeviceMemory(device, bytes)).Pointer;
    }
}
