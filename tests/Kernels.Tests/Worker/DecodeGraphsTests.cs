using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

public sealed class DecodeGraphsTests
{
    private const int PageTokens = 16;
    private const int PartTokens = 256;

    private static readonly StepLimits Limits = new(Tokens: 2048, Rows: 64, TableInts: 1 << 18, Parts: 4096, Adjustments: 1 << 16);

    /// <summary>What is recorded is kept, so a size of its own for every page that a long context grows by would fill the device.</summary>
    [Theory]
    [InlineData(21, 157)]
    [InlineData(33, 65)]
    public void ADecodeStepThatFitsWhereItsBucketDoesNotIsNotRecorded(int sequences, int parts)
    {
        using var graphs = new DecodeGraphs(null!, null!, Limits);
        StepShape shape = Shape(sequences, parts);

        Limits.Hold(shape).Should().BeTrue();
        graphs.TryRound(shape, PageTokens, PartTokens, out _).Should().BeFalse();
    }

    [Fact]
    public void EveryOtherDecodeStepIsRoundedUpToOneOfFewBuckets()
    {
        using var graphs = new DecodeGraphs(null!, null!, Limits);
        var buckets = new HashSet<StepShape>();
        for (int sequences = 1; sequences <= 64; sequences++)
        {
            for (int parts = 1; sequences * parts <= Limits.Parts; parts++)
            {
                if (graphs.TryRound(Shape(sequences, parts), PageTokens, PartTokens, out StepShape rounded))
                {
                    Limits.Hold(rounded).Should().BeTrue();
                    (rounded.Decodes >= sequences && rounded.Parts >= parts && rounded.Stride >= parts * PartTokens / PageTokens).Should().BeTrue();
                    buckets.Add(rounded);
                }
            }
        }

        buckets.Count.Should().BeInRange(11, 11 * 13, "there are eleven sizes of a batch and thirteen of a context");
    }

    private static StepShape Shape(int sequences, int parts) => new(sequences, sequences, 0, 0, parts, parts * PartTokens / PageTokens, sequences);
}
