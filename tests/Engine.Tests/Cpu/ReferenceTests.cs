using Preble.Engine.Cpu;
using Preble.Engine.Diagnostics;
using Preble.Engine.Tests.Support;

namespace Preble.Engine.Tests.Cpu;

/// <summary>The engine against plain loops in f64, over every kind of config.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> ShapeNames => [.. Shapes.ByName.Keys];

    [Theory]
    [MemberData(nameof(ShapeNames))]
    public void LogitsAgreeWithPlainLoopsWithinRounding(string shapeName)
    {
        RandomModelShape shape = Shapes.ByName[shapeName];
        using RandomModelFolder folder = RandomModelFolder.Create(shape);
        var reference = new ReferenceModel(folder.Path);
        using CpuModel model = CpuModel.Load(folder.Path, new CpuOptions());
        using var pass = new CpuForwardPass(model, 8, 16, 1);
        var random = new Random(7);
        foreach (int length in new[] { 1, 2, 17, 70 })
        {
            int[] tokens = Sequences.RandomTokens(random, length, shape.VocabularySize);
            double[] expected = reference.Logits(tokens);
            float[] actual = Sequences.Logits(pass, tokens);

            // Each logit passes through sums of n terms, whose errors add like the root of n times the rounding unit, and through every layer once
            // more; a factor of 64 leaves room for the growth of errors in softmax and norms. A wrong weight or position is off by the scale itself.
            double scale = Math.Sqrt(expected.Sum(v => v * v) / expected.Length);
            int terms = Math.Max(shape.HiddenSize, Math.Max(shape.IntermediateSize, shape.HeadDim * shape.Heads));
            double tolerance = 64 * Math.Pow(2, -24) * Math.Sqrt(terms) * (shape.Layers + 1) * scale;
            expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max().Should().BeLessThan(tolerance, "{0} tokens have logits of size {1}", length, scale);
        }
    }

    [Fact]
    public void OperationCountsOfAShapeAreThoseOfItsFile()
    {
        foreach (RandomModelShape shape in Shapes.ByName.Values.Where(s => !s.AttentionBias && s.ModelType != "qwen2" && !s.MixedTypes))
        {
            using RandomModelFolder folder = RandomModelFolder.Create(shape);
            long bytes = new FileInfo(Path.Combine(folder.Path, "model.safetensors")).Length;
            long size = shape.Type == Preble.Engine.Weights.TensorType.F32 ? 4 : 2;
            long gains = shape.HiddenSize * ((2L * shape.Layers) + 1);
            long weights = shape.LayerParameters + (shape.OutputParameters * (shape.TiedEmbeddings ? 1 : 2)) + gains;
            bytes.Should().BeInRange((weights * size) + 8, (weights * size) + 20_000);
        }
    }
}
