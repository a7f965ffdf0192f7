using System.Text.Json;
using Preble.Cli.Engines;
using Preble.Engine.Diagnostics;
using Preble.Engine.Models;

namespace Preble.Cli.Tests.Commands;

public sealed class BenchEngineTests
{
    [Fact]
    public async Task AnEngineIsTimedOnTheCpu()
    {
        using var folder = new TemporaryFolder();

        Preble run = await Preble.RunLineAsync($"bench engine --shape demo --tokens 1500 --context 64 --batches 2 --repeats 1 --threads 1 --json {folder.File("e.json")}");

        run.Code.Should().Be(0, run.Errors);
        JsonElement root = JsonDocument.Parse(File.ReadAllText(folder.File("e.json"))).RootElement;
        root.GetProperty("teraflops").GetDouble().Should().BePositive();
        JsonElement[] steps = [.. root.GetProperty("steps").EnumerateArray()];
        steps.Select(step => (step.GetProperty("step").GetString(), step.GetProperty("sequences").GetInt32(), step.GetProperty("tokens").GetInt32()))
            .Should().Equal(("prefill", 2, 1500), ("decode", 2, 2));
        run.Output.Should().Contain("times the floor");
    }

    [Fact]
    public void WhatAStepMustComputeIsCountedTokenByToken()
    {
        ModelConfig c = EngineShapes.Demo.Config();
        (int cached, int tokens) = (37, 11);
        double expected = 0;
        for (int layer = 0; layer < c.Layers; layer++)
        {
            for (int t = 0; t < tokens; t++)
            {
                // Multiply-adds of queries, keys and values; then of scores and values over all that is seen, the output and the feed-forward layer.
                expected += c.HiddenSize * (c.Heads + (2 * c.KeyValueHeads)) * c.HeadDim;
                bool isNeeded = layer < c.Layers - 1 || t == tokens - 1;
                expected += isNeeded ? (2 * (cached + t + 1) * c.Heads * c.HeadDim) + (c.HiddenSize * ((c.Heads * c.HeadDim) + (3 * c.IntermediateSize))) : 0;
            }
        }

        EngineWork.Operations(c, cached, tokens).Should().Be(2 * (expected + ((double)c.HiddenSize * c.VocabularySize)));
    }

    [Fact]
    public void ALlamaOf8BHasAsManyWeightsAsItsNameSays()
    {
        RandomModelShape shape = EngineShapes.Llama8B;

        EngineWork.Multiplied(shape.Config()).Should().Be(shape.LayerParameters + shape.OutputParameters).And.BeInRange(7.4e9, 7.6e9, "its embedding is looked up only");
    }

    [Fact]
    public void TheFloorOfADecodeStepIsEachWeightAndAllContextsOnce()
    {
        ModelConfig c = EngineShapes.Llama8B.Config();
        var engine = new MeasuredEngine("card", null!, c, 2, 131_072, 4000, 700);

        engine.DecodeBytes(64, 4096).Should().BeApproximately((2 * 7.5e9) + (64 * 4096 * 131_072.0), 2e8);
    }
}
