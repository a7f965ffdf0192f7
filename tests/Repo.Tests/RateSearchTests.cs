using Preble.Benchmarks.Studies;

namespace Preble.Repo.Tests;

public sealed class RateSearchTests
{
    /// <summary>Wherever what is sustained ends, from far below the guess to far above it, it is found to within the precision.</summary>
    [Fact]
    public void TheHighestRateThatIsSustainedIsFoundHoweverFarTheGuessIs()
    {
        foreach (double times in Enumerable.Range(-25, 51).Select(step => Math.Pow(1.17, step)))
        {
            double limit = 30 * times;
            (double? sustained, double? not) = RateSearch.Find(rate => rate <= limit, 30, 1e6, 1.04);

            sustained!.Value.Should().BeInRange(limit / 1.04, limit);
            not!.Value.Should().BeInRange(limit, limit * 1.04);
        }
    }

    /// <summary>Thirty seconds of a thirtieth of a million are, in floating point, a little more than a million.</summary>
    [Fact]
    public void AtTheHighestRateThereAreNoMoreRequestsThanAWorkloadMayHave()
    {
        const int max = 1_000_000;
        foreach (int seconds in Enumerable.Range(1, 1000))
        {
            Arrivals.Count(Arrivals.RateMax(seconds, max), seconds, max).Should().Be(max);
            Arrivals.Count(1.5, seconds, max).Should().Be(((3 * seconds) + 1) / 2);
        }
    }

    [Fact]
    public void WhereTheSearchEndsFirstItSaysSo()
    {
        var looked = new List<double>();
        bool Looks(double rate, bool isSustained)
        {
            looked.Add(rate);
            return isSustained;
        }

        RateSearch.Find(rate => Looks(rate, true), 2, 1e6, 1.1).Should().Be((2 * RateSearch.TimesMax, null));
        RateSearch.Find(rate => Looks(rate, false), 2, 1e6, 1.1).Should().Be((null, 2 / RateSearch.TimesMax));
        RateSearch.Find(rate => Looks(rate, true), 2, 5, 1.1).Should().Be((5, null));
        looked.Should().Equal(2, 4, 8, 16, 32, 64, 128, 2, 1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 2, 4, 5);
    }
}
