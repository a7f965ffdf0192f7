using System.Text.Json.Nodes;
using Preble.Engine.Diagnostics;
using Preble.Engine.Models;
using Preble.Engine.Tests.Support;
using Preble.Engine.Weights;

namespace Preble.Engine.Tests.Models;

/// <summary>What a config says is taken over or refused by name; nothing is ignored that would change a result.</summary>
public sealed class ModelConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preble-config-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheBundledModelIsRead()
    {
        ModelConfig c = ModelConfig.Load(Demo.Folder);
        (c.VocabularySize, c.HiddenSize, c.IntermediateSize, c.Layers, c.Heads, c.KeyValueHeads, c.HeadDim).Should().Be((768, 192, 512, 4, 6, 2, 32));
        (c.ContextTokensMax, c.RopeTheta, c.RmsEpsilon, c.TiedEmbeddings, c.BosTokenId).Should().Be((1024, 10000.0, 1e-5f, true, null));
        c.EosTokenIds.Should().Equal(0);
        c.RopeScaling.Should().Be(new RopeScaling.None());
        (c.QueryKeyValueBias, c.AttentionOutputBias, c.FeedForwardBias, c.HeadsPerKeyValueHead).Should().Be((false, false, false, 3));
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "'gpt2' is not supported")]
    [InlineData("model_type", "null", "missing")]
    [InlineData("model_type", "3", "a string was expected")]
    [InlineData("vocab_size", "0", "a whole number from 1")]
    [InlineData("vocab_size", "\"768\"", "a whole number from 1")]
    [InlineData("hidden_size", "null", "missing")]
    [InlineData("hidden_size", "99999999999", "a whole number from 1")]
    [InlineData("num_hidden_layers", "1.5", "a whole number from 1")]
    [InlineData("num_hidden_layers", "2000", "a whole number from 1 to 1024")]
    [InlineData("num_key_value_heads", "3", "does not divide the 4 attention heads")]
    [InlineData("head_dim", "7", "an even number")]
    [InlineData("head_dim", "16777216", "4 heads of 16777216 are wider than")]
    [InlineData("rms_norm_eps", "-1", "a number above 0")]
    [InlineData("rope_theta", "\"big\"", "a number above 0")]
    [InlineData("max_position_embeddings", "null", "missing")]
    [InlineData("tie_word_embeddings", "1", "true or false")]
    [InlineData("hidden_act", "\"gelu\"", "'gelu' is not supported")]
    [InlineData("eos_token_id", "128", "token ids from 0 to 127")]
    [InlineData("eos_token_id", "[1,\"a\"]", "token ids from 0 to 127")]
    [InlineData("bos_token_id", "-1", "token ids from 0 to 127")]
    [InlineData("quantization_config", "{}", "quantised")]
    [InlineData("partial_rotary_factor", "0.5", "only 1")]
    [InlineData("rope_scaling", "3", "an object was expected")]
    [InlineData("rope_scaling", """{"rope_type":"yarn","factor":2}""", "'yarn' is not supported", "rope_scaling.rope_type")]
    [InlineData("rope_scaling", """{"type":"dynamic","factor":2}""", "'dynamic' is not supported", "rope_scaling.rope_type")]
    [InlineData("rope_scaling", """{"type":"linear"}""", "missing", "rope_scaling.factor")]
    [InlineData("rope_scaling", """{"type":"linear","factor":0.5}""", "at least 1", "rope_scaling.factor")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":1}""", "not above", "rope_scaling.high_freq_factor")]
    [InlineData("rope_parameters", """{"rope_type":"longrope"}""", "'longrope' is not supported", "rope_parameters.rope_type")]
    public void AFieldThatCannotBeComputedIsRefusedByName(string field, string json, string problem, string? subject = null)
    {
        Action act = () => Load(c => c[field] = JsonNode.Parse(json));
        ModelFormatException e = act.Should().Throw<ModelFormatException>().Which;
        e.Subject.Should().Be(subject ?? field);
        e.Problem.Should().Contain(problem);
        e.File.Should().EndWith("config.json");
    }

    [Fact]
    public void ASlidingWindowBelowTheContextIsRefusedUnlessUnused()
    {
        ((Action)(() => Load(c => (c["model_type"], c["sliding_window"]) = ("mistral", 128)))).Should().Throw<ModelFormatException>().WithMessage("*sliding_window*128*512*");
        ((Action)(() => Load(c => (c["model_type"], c["sliding_window"], c["use_sliding_window"]) = ("qwen2", 128, true)))).Should().Throw<ModelFormatException>();
        Load(c => (c["model_type"], c["sliding_window"]) = ("mistral", 512)).ContextTokensMax.Should().Be(512);
        Load(c => (c["model_type"], c["sliding_window"]) = ("mistral", null)).ContextTokensMax.Should().Be(512);
        Load(c => (c["model_type"], c["sliding_window"], c["use_sliding_window"]) = ("qwen2", 128, false)).ContextTokensMax.Should().Be(512);
    }

    [Fact]
    public void BiasesFollowTheModelType()
    {
        ModelConfig llama = Load(c => (c["attention_bias"], c["mlp_bias"]) = (true, true));
        (llama.QueryKeyValueBias, llama.AttentionOutputBias, llama.FeedForwardBias).Should().Be((true, true, true));
        ModelConfig qwen = Load(c => c["model_type"] = "qwen2");
        (qwen.QueryKeyValueBias, qwen.AttentionOutputBias, qwen.FeedForwardBias).Should().Be((true, false, false));
        ModelConfig mistral = Load(c => c["model_type"] = "mistral");
        (mistral.QueryKeyValueBias, mistral.AttentionOutputBias, mistral.FeedForwardBias).Should().Be((false, false, false));
    }

    [Fact]
    public void AbsentFieldsTakeTheirDefaults()
    {
        ModelConfig c = Load(c =>
        {
            foreach (string field in new[] { "head_dim", "num_key_value_heads", "rms_norm_eps", "rope_theta", "rope_scaling", "tie_word_embeddings", "hidden_act", "eos_token_id" })
            {
                c.Remove(field);
            }
        });
        (c.HeadDim, c.KeyValueHeads, c.RmsEpsilon, c.RopeTheta, c.TiedEmbeddings).Should().Be((16, 4, 1e-6f, 10000.0, false));
        c.EosTokenIds.Should().BeEmpty();
    }

    [Fact]
    public void EndTokensOfBothFilesJoin()
    {
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), """{"eos_token_id":[9,3]}""");
        Load(c => c["eos_token_id"] = new JsonArray(7, 3)).EosTokenIds.Should().Equal(3, 7, 9);
        File.WriteAllText(Path.Combine(_folder, "generation_config.json"), """{"eos_token_id":1000}""");
        ((Action)(() => Load(_ => { }))).Should().Throw<ModelFormatException>().WithMessage("*generation_config.json*eos_token_id*");
    }

    [Fact]
    public void BothSpellingsOfRopeScalingAreRead()
    {
        var expected = new RopeScaling.Llama3(8, 1, 4, 8192);
        const string body = "\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":8192";
        Load(c => c["rope_scaling"] = JsonNode.Parse($$"""{"type":"llama3",{{body}}}""")).RopeScaling.Should().Be(expected);
        Load(c => c["rope_scaling"] = JsonNode.Parse($$"""{"rope_type":"llama3",{{body}}}""")).RopeScaling.Should().Be(expected);
        ModelConfig newer = Load(c => c["rope_parameters"] = JsonNode.Parse($$"""{"rope_type":"llama3","rope_theta":500000,{{body}}}"""));
        (newer.RopeScaling, newer.RopeTheta).Should().Be((expected, 500_000.0));
        Load(c => c["rope_parameters"] = JsonNode.Parse("""{"rope_type":"default","rope_theta":5}""")).RopeScaling.Should().Be(new RopeScaling.None());
        Load(c => c["rope_scaling"] = JsonNode.Parse("""{"type":"linear","factor":4}""")).RopeScaling.Should().Be(new RopeScaling.Linear(4));
    }

    [Fact]
    public void FrequenciesAreThoseOfTheReferenceImplementation()
    {
        double[] plain = new RopeScaling.None().Frequencies(10000, 8);
        plain.Should().Equal([1, 0.1, 0.01, 0.001], (a, b) => Math.Abs((a / b) - 1) < 1e-12);
        new RopeScaling.Linear(4).Frequencies(10000, 8).Should().Equal([0.25, 0.025, 0.0025, 0.00025], (a, b) => Math.Abs((a / b) - 1) < 1e-12);

        // Wave lengths 6.3, 63, 628, 6283 against limits 250 (short) and 1000 (long) of an original context of 1000: kept, kept, blended, divided.
        double[] llama = new RopeScaling.Llama3(8, 1, 4, 1000).Frequencies(10000, 8);
        double smooth = ((1000 / (2 * Math.PI / 0.01)) - 1) / 3;
        llama.Should().Equal([1, 0.1, ((1 - smooth) * 0.01 / 8) + (smooth * 0.01), 0.001 / 8], (a, b) => Math.Abs((a / b) - 1) < 1e-12);
    }

    [Fact]
    public void RandomDamageGivesAConfigOrAFormatError()
    {
        byte[] good = File.ReadAllBytes(Path.Combine(Demo.Folder, "config.json"));
        string path = Path.Combine(_folder, "config.json");
        var random = new Random(9);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int flips = 1 + random.Next(3); flips > 0; flips--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bad);
            try
            {
                ModelConfig.Load(_folder);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(500, 1999);
    }

    private ModelConfig Load(Action<JsonObject> change)
    {
        JsonObject config = JsonNode.Parse(RandomModelFolder.Config(new RandomModelShape()))!.AsObject();
        change(config);
        File.WriteAllText(Path.Combine(_folder, "config.json"), config.ToJsonString());
        return ModelConfig.Load(_folder);
    }
}
