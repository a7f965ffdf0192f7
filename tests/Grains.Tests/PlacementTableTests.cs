using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class PlacementTableTests
{
    private const int Tables = 200;

    [Fact]
    public void ATableIsReadAsItWasWritten()
    {
        var random = new Random(1);
        for (int table = 0; table < Tables; table++)
        {
            PlacementTable written = Make(random, random.Next(9), random.Next(80));

            PlacementTable.Read(written.ToBytes()).Should().BeEquivalentTo(written, options => options.WithStrictOrdering());
        }
    }

    /// <summary>A gateway sends one for every request.</summary>
    [Fact]
    public void ARowTakesItsNameAndItsCostsThatAreNotZeroAndLittleBeside()
    {
        var random = new Random(2);
        PlacementTable one = Make(random, terms: 8, candidates: 64);

        int names = one.Terms.Sum(term => term.Length + 1) + one.Candidates.Sum(candidate => candidate.WorkerId.Length + 1);
        int costs = sizeof(double) * one.Candidates.Sum(candidate => 1 + candidate.Terms.Count(term => term != 0));
        one.ToBytes().Length.Should().BeLessThan(names + costs + (8 * one.Candidates.Count));
    }

    private static PlacementTable Make(Random random, int terms, int candidates) => new()
    {
        Terms = [.. Enumerable.Range(0, terms).Select(term => $"term {term}")],
        Candidates =
        [
            .. Enumerable.Range(0, candidates).Select(row => new PlacementCandidate
            {
                WorkerId = $"w\u00f6rker-{row}",
                CachedTokens = random.Next(3) == 0 ? 0 : random.Next(),
                Eligible = random.Next(2) == 0,
                Cost = Value(random),
                Terms = [.. Enumerable.Range(0, terms).Select(_ => Value(random))],
            }),
        ],
    };

    private static double Value(Random random) => random.Next(6) switch
    {
        0 or 1 or 2 => 0,
        3 => double.PositiveInfinity,
        4 => -random.NextDouble(),
        _ => random.NextDouble() * 1e9,
    };
}
