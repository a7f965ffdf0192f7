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
            PlacementTable written = Make(random, random.Next(PlacementTable.TermsMax + 1), random.Next(40));

            PlacementTable.Read(written.ToBytes()).Should().BeEquivalentTo(written, options => options.WithStrictOrdering());
        }
    }

    /// <summary>Silos of one contract version read each other's: who changes the layout raises <see cref="ContractVersion"/>.</summary>
    [Fact]
    public void ItsBytesAreThoseOfTheContract()
    {
        var table = new PlacementTable
        {
            Terms = ["miss", "h\u00f6ld"],
            Candidates =
            [
                new PlacementCandidate { WorkerId = "w", CachedTokens = 300, Eligible = true, Cost = 1.5, Terms = [0, 0.5] },
                new PlacementCandidate { WorkerId = "", CachedTokens = 0, Eligible = false, Cost = double.PositiveInfinity, Terms = [-2, 0] },
            ],
        };
        const string Terms = "02" + "04" + "6D697373" + "05" + "68C3B66C64";
        const string First = "01" + "77" + "AC02" + "01" + "000000000000F83F" + "02" + "000000000000E03F";
        const string Second = "00" + "00" + "00" + "000000000000F07F" + "01" + "00000000000000C0";

        Convert.ToHexString(table.ToBytes()).Should().Be(Terms + "02" + First + Second);
    }

    [Fact]
    public void WhatIsCutOffOrHasMoreIsNoTable()
    {
        byte[] whole = Make(new Random(3), terms: 3, candidates: 4).ToBytes();
        for (int length = 0; length < whole.Length; length++)
        {
            ShouldBeRefused(whole[..length]);
        }

        ShouldBeRefused([.. whole, 0]);
    }

    [Theory]
    [InlineData("FFFFFFFF0F", "minus one term")]
    [InlineData("FFFFFFFF07", "two thousand million terms")]
    [InlineData("FFFFFFFFFFFF", "a number that does not end")]
    [InlineData("00FFFFFFFF07", "two thousand million rows")]
    [InlineData("00FFFFFFFF0F", "minus one row")]
    [InlineData("01FFFFFFFF0F6100", "a name of minus one byte")]
    [InlineData("0001000001000000000000F83F01000000000000F83F", "a row with a cost of no term")]
    [InlineData("000100FFFFFFFF0F01000000000000F83F00", "minus one cached token")]
    public void NumbersThatCannotBeAreRefusedBeforeRoomIsMadeForThem(string bytes, string what) => ShouldBeRefused(Convert.FromHexString(bytes), what);

    /// <summary>Whatever arrives is a table or is refused as none.</summary>
    [Fact]
    public void ATableWithOneByteChangedIsReadOrRefused()
    {
        var random = new Random(4);
        byte[] whole = Make(random, terms: 3, candidates: 4).ToBytes();
        int refused = 0;
        for (int place = 0; place < whole.Length; place++)
        {
            byte[] changed = [.. whole];
            changed[place] ^= (byte)(1 + random.Next(255));
            try
            {
                PlacementTable.Read(changed).Candidates.Should().OnlyContain(candidate => candidate.Terms.Count <= PlacementTable.TermsMax);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        refused.Should().BePositive();
    }

    [Fact]
    public void MoreTermsThanAWordHasBitsAndRowsOfOtherLengthsAreNotWritten()
    {
        PlacementTable good = Make(new Random(5), PlacementTable.TermsMax, candidates: 2);
        PlacementTable wide = Make(new Random(5), PlacementTable.TermsMax + 1, candidates: 0);
        PlacementTable ragged = good with { Candidates = [good.Candidates[0], good.Candidates[1] with { Terms = [1] }] };

        wide.Invoking(table => table.ToBytes()).Should().Throw<InvalidOperationException>();
        ragged.Invoking(table => table.ToBytes()).Should().Throw<InvalidOperationException>();
        ShouldBeRefused([65, .. new byte[65], 0]);
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

    private static void ShouldBeRefused(byte[] bytes, string what = "") =>
        bytes.Invoking(PlacementTable.Read).Should().Throw<InvalidDataException>(what).WithMessage("The bytes of a placement table cannot be read: *.");

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
