using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class EvictionForecastTests
{
    private static readonly WorkerId A = new("a");

    [Fact]
    public void TheColdestPagesAreTheVictimsEachWeighedByItsShareOfRequests()
    {
        PrefixTree tree = Tree(capacityPages: 30);
        Use(tree, "cold-----x", times: 1);
        Use(tree, "warm-----x", times: 3);
        Use(tree, "hot------x", times: 4);

        // The worker is full with 30 pages: 15 missed pages evict all ten of the first and five of the second.
        Eviction eviction = Forecast(tree, new string('n', 15));
        eviction.Tokens.Should().BeApproximately((160 * 1 / 8.0) + (80 * 3 / 8.0), 1e-9);
        eviction.HalfSquares.Should().BeApproximately((160 * 160 / 2 * 1 / 8.0) + (80 * 80 / 2 * 3 / 8.0), 1e-9);
        eviction.Seconds(Fast).Should().BeApproximately((Fast.Alpha * eviction.Tokens) + (Fast.Beta * eviction.HalfSquares), 1e-15);
    }

    [Fact]
    public void FreeRoomIsFilledFirstUnlessTheWorkerIsTakenToBeFull()
    {
        PrefixTree tree = Tree(capacityPages: 25);
        Use(tree, "cold-----x", times: 1);
        Forecast(tree, new string('n', 15)).Should().Be(default(Eviction));
        Forecast(tree, new string('n', 16)).Tokens.Should().BeApproximately(16, 1e-9);

        PrefixTree full = Tree(capacityPages: 25, new PrefixTreeOptions { AssumeFull = true });
        Use(full, "cold-----x", times: 1);
        Forecast(full, new string('n', 1)).Tokens.Should().BeApproximately(16, 1e-9);
    }

    [Fact]
    public void PagesOfThePromptItselfAndOfRequestsOnTheirWayAreNoVictims()
    {
        PrefixTree tree = Tree(capacityPages: 20);
        Use(tree, "mine-----x", times: 1);
        Use(tree, "other----x", times: 1);
        tree.Promise(A, TreeDriver.Keys("coming---x"), new RequestId("r"), default);
        Eviction eviction = Forecast(tree, "mine-----xnnnn");
        eviction.Tokens.Should().BeApproximately(4 * 16 / 3.0, 1e-9, "four pages of the other one, which one of three requests used");
        Forecast(tree, "mine-----xnnnn").Should().Be(eviction, "asking changes nothing");
    }

    [Fact]
    public void SharesOfUseFadeWithTheWindow()
    {
        PrefixTree tree = Tree(capacityPages: 20, new PrefixTreeOptions { WindowSeconds = 100 });
        Use(tree, "early----x", times: 5, at: 0);
        Use(tree, "late-----x", times: 1, at: 500);
        Forecast(tree, new string('n', 10), at: 500).Tokens.Should().BeApproximately(160 * 5 * Math.Exp(-5) / ((5 * Math.Exp(-5)) + 1), 1e-9);
    }

    [Fact]
    public void CountsOfUseSurviveTheirChangeOfUnits()
    {
        PrefixTree tree = Tree(capacityPages: 20, new PrefixTreeOptions { WindowSeconds = 1 });
        for (int i = 0; i < 2000; i++)
        {
            Use(tree, i % 4 == 0 ? "one------x" : "two------x", times: 1, at: i * 0.5);
        }

        // The geometric sums of every fourth use and of all of them; the last use was of the second.
        Use(tree, "one------x", times: 1, at: 1000);
        Use(tree, "two------x", times: 1, at: 1000.5);
        double all = 1 / (1 - Math.Exp(-0.5));
        double fourth = Math.Exp(-0.5) / (1 - Math.Exp(-2));
        Forecast(tree, new string('n', 10), at: 1000.5).Tokens.Should().BeApproximately(160 * fourth / all, 1e-6);
    }

    [Fact]
    public void WhatIsRememberedOfTheColdEndEqualsReadingItAnewAfterEveryStep()
    {
        var options = new PrefixTreeOptions { PromiseSeconds = 8, WindowSeconds = 20, VictimsMax = 5 };
        var driver = new TreeDriver(21, options);
        var random = new Random(22);
        int victims = 0;
        for (int step = 0; step < 10_000; step++)
        {
            driver.Step();
            HeldTree held = driver.Tree.Held;
            for (int slot = 0; slot < held.Slots.End; slot++)
            {
                if (held.Slots[slot] is { } worker && random.Next(2) == 0)
                {
                    int pages = random.Next(1, 40);
                    Eviction remembered = worker.Victims.Forecast(held.Holders, worker, pages, 16, options.VictimsMax);
                    Eviction anew = VictimSums.ForecastBeside([], held.Nodes, held.Holders, worker, pages, 16, options.VictimsMax);
                    remembered.Tokens.Should().BeApproximately(anew.Tokens, 1e-9 * (1 + anew.Tokens));
                    remembered.HalfSquares.Should().BeApproximately(anew.HalfSquares, 1e-9 * (1 + anew.HalfSquares));
                    victims += anew.Tokens > 0 ? 1 : 0;
                }
            }

            driver.Tree.CheckIntegrity();
        }

        victims.Should().BeGreaterThan(1000);
    }

    private static PrefixTree Tree(int capacityPages, PrefixTreeOptions? options = null)
    {
        var tree = new PrefixTree(options ?? new PrefixTreeOptions());
        tree.AddWorker(A, capacityPages);
        return tree;
    }

    private static void Use(PrefixTree tree, string word, int times, double at = 0)
    {
        for (int i = 0; i < times; i++)
        {
            tree.Promise(A, TreeDriver.Keys(word), new RequestId("use"), Seconds(at));
            tree.Store(A, TreeDriver.Keys(word));
        }
    }

    private static Eviction Forecast(PrefixTree tree, string prompt, double at = 0)
    {
        var match = new PrefixMatch();
        tree.Match(TreeDriver.Keys(prompt), match, Seconds(at), forecastEvictions: true);
        return match[match.Find(A)].Eviction;
    }
}
