using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class StepCrowdingTests
{
    private const int Chunk = 2048;

    [Fact]
    public void NothingIsCrowdedBeforeAnythingIsKnown()
    {
        var crowding = new StepCrowding();
        (crowding.Stretch, crowding.Fill).Should().Be((1, 0));
        crowding.Observe(new StepSums(3, double.NaN, 10, 10, 3, 300), Fast, Chunk);
        crowding.Observe(new StepSums(-3, 1, 10, 10, 3, 300), Fast, Chunk);
        (crowding.Stretch, crowding.Fill).Should().Be((1, 0));
    }

    /// <summary>One sequence alone is no crowd; where steps cost nothing but their sequences, n of them stretch a step n times.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void StepsAreStretchedByThoseWhoShareThem(int sequences)
    {
        var rates = new WorkerRates(1e-4, 0, 0, 1e-3, 1e-6);
        var crowding = new StepCrowding();
        double seconds = sequences * (1e-3 + (500 * 1e-6));
        crowding.Observe(new StepSums(10, 10 * seconds, 0, 0, 10 * sequences, 10 * sequences * 500), rates, Chunk);
        crowding.Stretch.Should().BeApproximately(sequences, 1e-9);
        crowding.Fill.Should().Be(0);
    }

    [Fact]
    public void AndByPrompts()
    {
        var crowding = new StepCrowding();
        double alone = Fast.T0 + Fast.Gamma + (100 * Fast.Delta);
        crowding.Observe(new StepSums(1, 4 * alone, Chunk / 4, 0, 1, 100), Fast, Chunk);
        crowding.Stretch.Should().BeApproximately(4, 1e-9);
        crowding.Fill.Should().Be(0.25);
        crowding.Followers.Should().BeApproximately(0.5 * 3 * 0.75 * 0.75 * 0.75, 1e-9);
    }

    /// <summary>It is a mean over steps, newer ones before older ones, whichever way they are told.</summary>
    [Fact]
    public void OldStepsFade()
    {
        double alone = Fast.T0 + Fast.Gamma + (100 * Fast.Delta);
        var crowding = new StepCrowding();
        for (int i = 0; i < 100; i++)
        {
            crowding.Observe(new StepSums(10, 10 * 8 * alone, 10 * Chunk, 0, 10, 1000), Fast, Chunk);
        }

        double before = crowding.Stretch;
        before.Should().BeApproximately(8, 1e-9);
        double spent = 0;
        while (spent < 3 * StepCrowding.MemorySeconds)
        {
            crowding.Observe(new StepSums(10, 10 * alone, 0, 0, 10, 1000), Fast, Chunk);
            crowding.Stretch.Should().BeLessThan(before);
            before = crowding.Stretch;
            spent += 10 * alone;
        }

        crowding.Stretch.Should().BeLessThan(1.5);
        crowding.Fill.Should().BeLessThan(0.06);
    }

    /// <summary>A suspended machine, or a number that cannot be, is no crowd: nobody is counted who is not there.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(1e308)]
    public void APauseIsNoCrowd(double seconds)
    {
        double alone = Fast.T0 + Fast.Gamma + (100 * Fast.Delta);
        var crowding = new StepCrowding();
        crowding.Observe(new StepSums(100, 100 * alone, 0, 0, 100, 10_000), Fast, Chunk);
        crowding.Observe(new StepSums(1, seconds, 10, 10, 1, 100), Fast, Chunk);
        crowding.Stretch.Should().BeInRange(1, 1.1);

        var nothing = new WorkerRates(1, 1, 1e-310, 0, 0);
        var full = new StepCrowding();
        full.Observe(new StepSums(1, seconds, Chunk, 10, 1, 100), nothing, Chunk);
        (full.Stretch, full.Fill, full.Followers).Should().Be((StepCrowding.StretchMax, 1, 0));
    }
}
