using Preble.Engine.Sampling;

namespace Preble.Engine.Tests.Sampling;

public sealed class CounterRandomTests
{
    [Fact]
    public void DrawsDependOnSeedAndNumberAlone()
    {
        CounterRandom.Uniform(7, 3).Should().Be(CounterRandom.Uniform(7, 3));
        Enumerable.Range(0, 10_000).Select(n => CounterRandom.Bits(7, (ulong)n)).Should().OnlyHaveUniqueItems();
        Enumerable.Range(0, 10_000).Select(seed => CounterRandom.Bits((ulong)seed, 3)).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DrawsAreUniformAlongTheCounterAndAcrossSeeds(bool alongCounter)
    {
        const int bins = 64;
        const int draws = 64_000;
        var counts = new int[bins];
        for (var n = 0UL; n < draws; n++)
        {
            counts[(int)(CounterRandom.Uniform(alongCounter ? 5 : n, alongCounter ? n : 5) * bins)]++;
        }

        // Chi-square with 63 degrees of freedom: 120 is beyond the 99.99 % quantile.
        counts.Sum(c => Math.Pow(c - (draws / bins), 2) / (draws / bins)).Should().BeLessThan(120);
    }

    [Fact]
    public void NeighbouringDrawsAreNotRelated()
    {
        const int draws = 50_000;
        double[] x = [.. Enumerable.Range(0, draws).Select(n => CounterRandom.Uniform(1, (ulong)n) - 0.5)];
        double[] y = [.. Enumerable.Range(0, draws).Select(n => CounterRandom.Uniform(2, (ulong)n) - 0.5)];
        (x.Zip(x.Skip(1), (a, b) => a * b).Sum() / draws * 12).Should().BeInRange(-0.02, 0.02);
        (x.Zip(y, (a, b) => a * b).Sum() / draws * 12).Should().BeInRange(-0.02, 0.02);
    }
}
