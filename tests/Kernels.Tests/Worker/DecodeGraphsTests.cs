using Preble.Core.Serving;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Device;
using Preble.Kernels.Ops;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

public sealed class DecodeGraphsTests
{
    private static readonly StepLimits Limits = new(Tokens: 2048, Rows: 64, Pages: 1 << 18, Parts: 8192, Adjustments: 1 << 16);

    /// <summary>What is recorded is kept: a size for every context that occurs would fill the device.</summary>
    [Fact]
    public void EveryDecodeStepIsRoundedUpToOneOfFewSizesWhateverItsContexts()
    {
        using var graphs = new DecodeGraphs(null!, null!, Limits, null!);
        var sizes = new HashSet<StepShape>();
        for (int sequences = 1; sequences <= 64; sequences++)
        {
            foreach (int parts in new[] { sequences, sequences * 7, Limits.Parts })
            {
                StepShape shape = new(sequences, sequences, 0, 0, parts, parts * 16, sequences);
                StepShape rounded = graphs.Round(shape);
                Limits.Hold(rounded).Should().BeTrue();
                (rounded.Decodes >= sequences && rounded.Parts == parts && rounded.Pages == shape.Pages).Should().BeTrue();
                sizes.Add(rounded with { Parts = 0, Pages = 0 });
            }
        }

        sizes.Should().HaveCount(11, "1, 2, 4 and then eights up to 64");
    }

    [Fact]
    public void ASizeThatIsNoMultipleOfEightIsNotExceeded()
    {
        using var graphs = new DecodeGraphs(null!, null!, Limits with { Tokens = 50, Rows = 50 }, null!);
        graphs.Round(new StepShape(49, 49, 0, 0, 49, 49, 49)).Decodes.Should().Be(50);
    }

    /// <summary>What a recorded step reads must not stand elsewhere because the contexts have grown.</summary>
    [Fact]
    public void WhatARecordedStepReadsStandsWhereItStoodForAnyContexts()
    {
        StepShape few = new(8, 8, 0, 0, 8, 8, 8), many = few with { Parts = 5000, Pages = 80_000 };
        static int[] Places(StepShape shape) => [shape.Positions, shape.Slots, shape.EntriesAt, shape.Gather, shape.Choices, shape.PartList];
        Places(many).Should().Equal(Places(few));
    }

    [Fact]
    public void OneLongContextCutsNoBatchAndIsRecordedWithTheOthers()
    {
        var driver = new PaperDriver();
        using var device = new CudaDevice(driver, 0);
        using CudaModel model = CudaModel.Load(Demo.Folder, device, new CudaOptions { SequencesMax = 32 });
        using var pass = new CudaForwardPass(model, 2000);
        pass.Forward(Batch(20));
        pass.Forward(Batch(20));
        (int copies, int replays) = (driver.Copies.ToDevice, driver.Replays);

        // The same graph, though now one context is as long as the model takes.
        pass.Forward(Batch(model.Config.ContextTokensMax - 1));

        (driver.Copies.ToDevice - copies, driver.Replays - replays, driver.Captures).Should().Be((1, 1, 1));
        AttentionDecodeOp.Parts(model.Config.ContextTokensMax).Should().BeGreaterThan(1);

        static BatchEntry[] Batch(int longest) =>
        [
            .. Enumerable.Range(0, 32).Select(i => new BatchEntry(new[] { 7 }, i == 5 ? longest : i, Pages(i), true) { Choice = TokenChoice.Greedy }),
        ];

        static int[] Pages(int sequence) => [.. Enumerable.Range(sequence == 5 ? 40 : sequence < 16 ? sequence : 2 * sequence - 16 + 1000, sequence == 5 ? 1000 : 2)];
    }
}
