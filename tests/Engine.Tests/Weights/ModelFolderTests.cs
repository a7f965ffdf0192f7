using System.Text.Json.Nodes;
using Preble.Engine.Cpu;
using Preble.Engine.Diagnostics;
using Preble.Engine.Weights;

namespace Preble.Engine.Tests.Weights;

/// <summary>Model folders that are incomplete or damaged: one exception type, and it names the file and the tensor or field.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly RandomModelShape Small = new()
    {
        HiddenSize = 16,
        IntermediateSize = 16,
        VocabularySize = 32,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 1,
        HeadDim = 8,
    };

    private readonly RandomModelFolder _folder = RandomModelFolder.Create(Small);

    public void Dispose() => _folder.Dispose();

    private string Weights => Path.Combine(_folder.Path, "model.safetensors");

    [Fact]
    public void AMissingFolderIsNamed()
    {
        string path = Path.Combine(_folder.Path, "none");
        Fails(path, path, null, "does not exist");
    }

    [Fact]
    public void AMissingConfigIsNamed()
    {
        File.Delete(Path.Combine(_folder.Path, "config.json"));
        Fails(_folder.Path, Path.Combine(_folder.Path, "config.json"), null, "missing");
    }

    [Fact]
    public void MissingWeightsAreNamed()
    {
        File.Delete(Weights);
        Fails(_folder.Path, _folder.Path, null, "neither model.safetensors nor model.safetensors.index.json");
    }

    [Fact]
    public void AMissingTensorIsNamedWithTheShapeExpected()
    {
        Rewrite(entries => entries.RemoveAll(e => e.Name == "model.layers.0.mlp.down_proj.weight"));
        Fails(_folder.Path, Weights, "model.layers.0.mlp.down_proj.weight", "missing; shape [16, 16]");
    }

    [Fact]
    public void AWrongShapeIsNamedWithBothShapes()
    {
        Rewrite(entries => Replace(entries, "model.layers.0.self_attn.k_proj.weight", e => e with { Shape = [16, 8] }));
        Fails(_folder.Path, Weights, "model.layers.0.self_attn.k_proj.weight", "shape is [16, 8]; [8, 16] was expected");
    }

    [Fact]
    public void AVectorInPlaceOfAMatrixIsRefused()
    {
        Rewrite(entries => Replace(entries, "model.layers.0.self_attn.o_proj.weight", e => e with { Shape = [256] }));
        Fails(_folder.Path, Weights, "model.layers.0.self_attn.o_proj.weight", "shape is [256]; [16, 16] was expected");
    }

    [Fact]
    public void AWeightThatIsNotFiniteIsRefused()
    {
        foreach (TensorType type in new[] { TensorType.F32, TensorType.F16, TensorType.BF16 })
        {
            foreach (float bad in new[] { float.NaN, float.NegativeInfinity })
            {
                int at = 0;
                Rewrite(entries => Replace(entries, "model.layers.0.mlp.up_proj.weight", e => e with { Type = type, Next = () => at++ == 37 ? bad : 1 }));
                Fails(_folder.Path, Weights, "model.layers.0.mlp.up_proj.weight", "[2, 5] is not a finite number");
                at = 0;
                Rewrite(entries => Replace(entries, "model.norm.weight", e => e with { Type = type, Next = () => at++ == 3 ? bad : 1 }));
                Fails(_folder.Path, Weights, "model.norm.weight", "[3] is not a finite number");
            }
        }
    }

    [Fact]
    public void ABiasThatTheConfigDoesNotAnnounceIsRefused()
    {
        Rewrite(entries => entries.Add(new SafetensorsWriter.Entry("model.layers.0.self_attn.q_proj.bias", TensorType.F32, [16], () => 0)));
        Fails(_folder.Path, Weights, "model.layers.0.self_attn.q_proj.bias", "no such bias");
    }

    [Fact]
    public void ATruncatedFileIsNamed()
    {
        using (FileStream stream = File.OpenWrite(Weights))
        {
            stream.SetLength(stream.Length - 1);
        }

        Action act = () => CpuModel.Load(_folder.Path, new CpuOptions()).Dispose();
        act.Should().Throw<ModelFormatException>().WithMessage($"{Weights}*truncated*");
    }

    [Fact]
    public void AMissingShardIsNamed()
    {
        using RandomModelFolder sharded = RandomModelFolder.Create(Small with { Shards = 2 });
        string shard = Path.Combine(sharded.Path, "model-00002-of-00002.safetensors");
        File.Delete(shard);
        Fails(sharded.Path, shard, null, "shard is missing");
    }

    [Theory]
    [InlineData("model.norm.weight", "model-00001-of-00002.safetensors", "not in this shard")]
    [InlineData("model.norm.weight", "../model.safetensors", "not a plain file name")]
    [InlineData("model.norm.weight", "..", "not a plain file name")]
    [InlineData("model.norm.weight", "", "not a plain file name")]
    public void AWrongShardIsRefused(string tensor, string shard, string problem)
    {
        using RandomModelFolder sharded = RandomModelFolder.Create(Small with { Shards = 2 });
        string index = Path.Combine(sharded.Path, "model.safetensors.index.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(index))!;
        string right = (string)json["weight_map"]![tensor]!;
        json["weight_map"]![tensor] = shard == right ? "model-00002-of-00002.safetensors" : shard;
        File.WriteAllText(index, json.ToJsonString());
        Action act = () => CpuModel.Load(sharded.Path, new CpuOptions()).Dispose();
        act.Should().Throw<ModelFormatException>().WithMessage($"*{tensor}*{problem}*");
    }

    [Theory]
    [InlineData("{}", "weight_map")]
    [InlineData("[]", "weight_map")]
    [InlineData("{", "not valid JSON")]
    [InlineData("""{"weight_map":{"a":1}}""", "not a string")]
    public void ABadIndexIsRefused(string json, string problem)
    {
        File.Delete(Weights);
        File.WriteAllText(Path.Combine(_folder.Path, "model.safetensors.index.json"), json);
        Action act = () => CpuModel.Load(_folder.Path, new CpuOptions()).Dispose();
        act.Should().Throw<ModelFormatException>().WithMessage($"*index.json*{problem}*");
    }

    [Fact]
    public void RandomDamageGivesAValidLoadOrAFormatError()
    {
        byte[] good = File.ReadAllBytes(Weights);
        int headerEnd = 8 + BitConverter.ToInt32(good);
        var random = new Random(5);
        int refused = 0, loaded = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int flips = 1 + random.Next(3); flips > 0; flips--)
            {
                int place = random.Next(4) == 0 ? random.Next(bad.Length) : random.Next(headerEnd);
                bad[place] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bad[place] ^ (1 << random.Next(8)));
            }

            if (random.Next(5) == 0)
            {
                bad = bad[..random.Next(bad.Length)];
            }

            File.WriteAllBytes(Weights, bad);
            try
            {
                using CpuModel model = CpuModel.Load(_folder.Path, new CpuOptions { LoadThreads = 1 });
                loaded++;
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        // Flips in the data mostly load; flips in the header mostly do not.
        refused.Should().BeGreaterThan(300);
        loaded.Should().BeGreaterThan(50);
    }

    private static void Fails(string folder, string file, string? subject, string problem)
    {
        Action act = () => CpuModel.Load(folder, new CpuOptions()).Dispose();
        ModelFormatException e = act.Should().Throw<ModelFormatException>().Which;
        e.File.Should().Be(file);
        e.Subject.Should().Be(subject);
        e.Message.Should().Contain(problem).And.StartWith(file);
    }

    private static void Replace(List<SafetensorsWriter.Entry> entries, string name, Func<SafetensorsWriter.Entry, SafetensorsWriter.Entry> change) =>
        entries[entries.FindIndex(e => e.Name == name)] = change(entries.Single(e => e.Name == name));

    private void Rewrite(Action<List<SafetensorsWriter.Entry>> change)
    {
        List<SafetensorsWriter.Entry> entries = RandomModelFolder.Entries(Small);
        change(entries);
        SafetensorsWriter.Write(Weights, entries);
    }
}
