using System.Buffers.Binary;
using System.Text.Json;
using Preble.Engine.Models;

namespace Preble.Engine.Tests.Support;

/// <summary>A Llama forward pass in plain loops over f64, with its own reader of safetensors: what the engine is compared with.</summary>
internal sealed class ReferenceModel
{
    private readonly ModelConfig _c;
    private readonly Dictionary<string, double[]> _weights = [];

    internal ReferenceModel(string folder)
    {
        _c = ModelConfig.Load(folder);
        foreach (string file in Directory.GetFiles(folder, "*.safetensors"))
        {
            Read(file);
        }
    }

    /// <summary>Logits after the last token.</summary>
    internal double[] Logits(ReadOnlySpan<int> tokens)
    {
        int hidden = _c.HiddenSize;
        double[] embedding = _weights["model.embed_tokens.weight"];
        double[][] x = new double[tokens.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            x[t] = embedding[(tokens[t] * hidden)..((tokens[t] + 1) * hidden)];
        }

        for (int layer = 0; layer < _c.Layers; layer++)
        {
            string p = $"model.layers.{layer}.";
            double[][] normed = [.. x.Select(row => Norm(row, _weights[p + "input_layernorm.weight"]))];
            double[][] attention = Attention(p, normed);
            for (int t = 0; t < x.Length; t++)
            {
                AddTo(x[t], Linear(p + "self_attn.o_proj", attention[t], hidden));
                double[] inner = Norm(x[t], _weights[p + "post_attention_layernorm.weight"]);
                double[] gate = Linear(p + "mlp.gate_proj", inner, _c.IntermediateSize);
                double[] up = Linear(p + "mlp.up_proj", inner, _c.IntermediateSize);
                double[] product = [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)];
                AddTo(x[t], Linear(p + "mlp.down_proj", product, hidden));
            }
        }

        string output = _c.TiedEmbeddings ? "model.embed_tokens" : "lm_head";
        return Linear(output, Norm(x[^1], _weights["model.norm.weight"]), _c.VocabularySize);
    }

    private double[][] Attention(string p, double[][] x)
    {
        int d = _c.HeadDim;
        double[] frequencies = _c.RopeScaling.Frequencies(_c.RopeTheta, d);
        double[][] q = [.. x.Select(row => Linear(p + "self_attn.q_proj", row, _c.Heads * d))];
        double[][] k = [.. x.Select(row => Linear(p + "self_attn.k_proj", row, _c.KeyValueHeads * d))];
        double[][] v = [.. x.Select(row => Linear(p + "self_attn.v_proj", row, _c.KeyValueHeads * d))];
        for (int t = 0; t < x.Length; t++)
        {
            Rotate(q[t], t, frequencies);
            Rotate(k[t], t, frequencies);
        }

        double[][] result = [.. x.Select(_ => new double[_c.Heads * d])];
        for (int head = 0; head < _c.Heads; head++)
        {
            int kv = head / _c.HeadsPerKeyValueHead;
            for (int t = 0; t < x.Length; t++)
            {
                double[] scores = new double[t + 1];
                for (int s = 0; s <= t; s++)
                {
                    for (int i = 0; i < d; i++)
                    {
                        scores[s] += q[t][(head * d) + i] * k[s][(kv * d) + i];
                    }

                    scores[s] /= Math.Sqrt(d);
                }

                double max = scores.Max();
                double sum = scores.Sum(s => Math.Exp(s - max));
                for (int s = 0; s <= t; s++)
                {
                    double weight = Math.Exp(scores[s] - max) / sum;
                    for (int i = 0; i < d; i++)
                    {
                        result[t][(head * d) + i] += weight * v[s][(kv * d) + i];
                    }
                }
            }
        }

        return result;
    }

    private static void Rotate(double[] heads, int position, double[] frequencies)
    {
        int half = frequencies.Length;
        for (int start = 0; start < heads.Length; start += 2 * half)
        {
            for (int i = 0; i < half; i++)
            {
                (double sine, double cosine) = Math.SinCos(position * frequencies[i]);
                (double a, double b) = (heads[start + i], heads[start + half + i]);
                heads[start + i] = (a * cosine) - (b * sine);
                heads[start + half + i] = (b * cosine) + (a * sine);
            }
        }
    }

    private double[] Norm(double[] x, double[] gain)
    {
        double factor = 1 / Math.Sqrt((x.Sum(v => v * v) / x.Length) + _c.RmsEpsilon);
        return [.. x.Zip(gain, (v, g) => v * factor * g)];
    }

    private double[] Linear(string name, double[] x, int rows)
    {
        double[] w = _weights[name + ".weight"];
        double[]? bias = _weights.GetValueOrDefault(name + ".bias");
        double[] result = new double[rows];
        for (int r = 0; r < rows; r++)
        {
            double sum = bias?[r] ?? 0;
            for (int i = 0; i < x.Length; i++)
            {
                sum += w[(r * x.Length) + i] * x[i];
            }

            result[r] = sum;
        }

        return result;
    }

    private static void AddTo(double[] x, double[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i];
        }
    }

    private void Read(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__"))
        {
            int begin = start + tensor.Value.GetProperty("data_offsets")[0].GetInt32();
            int end = start + tensor.Value.GetProperty("data_offsets")[1].GetInt32();
            string type = tensor.Value.GetProperty("dtype").GetString()!;
            int size = type == "F32" ? 4 : 2;
            double[] values = new double[(end - begin) / size];
            for (int i = 0; i < values.Length; i++)
            {
                ReadOnlySpan<byte> at = bytes.AsSpan(begin + (i * size));
                values[i] = type switch
                {
                    "F32" => BinaryPrimitives.ReadSingleLittleEndian(at),
                    "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
                    _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
                };
            }

            _weights.Add(tensor.Name, values);
        }
    }
}
