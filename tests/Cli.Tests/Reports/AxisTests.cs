using Preble.Cli.Reports;

namespace Preble.Cli.Tests.Reports;

public sealed class AxisTests
{
    [Fact]
    public void MarksRiseAndCoverTheValuesAndKeepTheirOrder()
    {
        var random = new Random(1);
        for (int round = 0; round < 2000; round++)
        {
            double scale = Math.Pow(10, random.Next(-6, 7));
            double[] values = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.NextDouble() * scale * Math.Pow(10, random.Next(0, 4)))];
            Axis axis = Axis.Of("x", values, linear: random.Next(2) == 0);

            axis.Ticks.Should().BeInAscendingOrder().And.HaveCountGreaterThan(1).And.HaveCountLessThan(16);
            double[] places = [.. values.Order().Select(axis.Place)];
            places.Should().BeInAscendingOrder().And.OnlyContain(place => place >= 0 && place <= 1);
            axis.Ticks.Select(axis.Place).Should().OnlyContain(place => place >= 0 && place <= 1);
            axis.Place(axis.Ticks[^1]).Should().BeApproximately(1, 0.35, "the last mark is near the end");
            values.Max().Should().BeLessThanOrEqualTo(axis.Ticks[^1] * 10);
        }
    }

    [Theory]
    [InlineData(9.7, "0 2 4 6 8 10")]
    [InlineData(0.31, "0 0.1 0.2 0.3 0.4")]
    [InlineData(76.3, "0 20 40 60 80")]
    [InlineData(1200, "0 250 500 750 1,000 1,250")]
    public void MarksAreRoundNumbers(double most, string marks)
    {
        Axis axis = Axis.Of("x", [most], linear: true);
        string.Join(' ', axis.Ticks.Select(axis.Text)).Should().Be(marks);
    }

    [Fact]
    public void ValuesOfManySizesAreDrawnLogarithmically()
    {
        Axis axis = Axis.Of("x", [0.01, 0.1, 1, 10]);
        (axis.Place(0.1) - axis.Place(0.01)).Should().BeApproximately(axis.Place(10) - axis.Place(1), 1e-9);
    }

    [Fact]
    public void NothingAtAllHasAnAxisToo() => Axis.Of("x", []).Place(0).Should().Be(0);
}
