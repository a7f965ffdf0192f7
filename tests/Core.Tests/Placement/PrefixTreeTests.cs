using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class PrefixTreeTests
{
    private static readonly WorkerId A = new("a");
    private static readonly WorkerId B = new("b");

    [Fact]
    public void OneWalkTellsWhatEveryWorkerHasOrIsExpectedToHave()
    {
        PrefixTree tree = Tree();
        tree.Store(A, Keys("system.tool1.first"));
        tree.Store(B, Keys("system.tool2.other"));
        tree.Promise(B, Keys("system.tool1.second"), new RequestId("r"), default);
        PrefixMatch match = MatchOf(tree, "system.tool1.third");
        match.PromptPages.Should().Be(18);
        match.LongestPages.Should().Be(13);
        match[match.Find(A)].Should().Be(new WorkerMatch(A, 13, 13, default));
        match[match.Find(B)].Should().Be(new WorkerMatch(B, 11, 13, default));
        match.Find(new WorkerId("c")).Should().Be(-1);
    }

    [Fact]
    public void APromiseEndsWhenItsPagesAreStored()
    {
        PrefixTree tree = Tree();
        tree.Promise(A, Keys("prompt"), new RequestId("r"), default);
        tree.Store(A, Keys("prom"));
        tree.PromiseCount.Should().Be(1, "a part of it is still to come");
        Pages(tree, "prompt", A).Should().Be((4, 6));
        tree.Store(A, Keys("prompt and output"));
        tree.PromiseCount.Should().Be(0);
        tree.Evict(A, Keys("prompt"), 0);
        Pages(tree, "prompt", A).Should().Be((0, 0));
        tree.PageCount.Should().Be(0);
    }

    [Fact]
    public void APromiseEndsWithItsRequestOrItsTime()
    {
        PrefixTree tree = Tree();
        tree.Promise(A, Keys("one"), new RequestId("1"), Seconds(0));
        tree.Promise(A, Keys("two"), new RequestId("2"), Seconds(1));
        tree.Promise(A, Keys("anonymous"), null, Seconds(1));
        tree.Settle(new RequestId("1")).Should().BeTrue();
        tree.Settle(new RequestId("1")).Should().BeFalse();
        Pages(tree, "one", A).Should().Be((0, 0));
        Pages(tree, "two", A, Seconds(10.9)).Should().Be((0, 3));
        Pages(tree, "two", A, Seconds(11)).Should().Be((0, 0), "its ten seconds are over");
        (tree.PageCount, tree.PromiseCount).Should().Be((0, 0));
    }

    [Fact]
    public void ThePromiseOfAnAnsweredRequestEndsSoonAlsoIfItStoredNothing()
    {
        PrefixTree tree = Tree();
        tree.Store(A, Keys("prompt"));
        tree.Promise(A, Keys("prompt"), new RequestId("hit"), Seconds(0));
        tree.Promise(A, Keys("other"), new RequestId("miss"), Seconds(0));
        tree.Conclude(new RequestId("hit"), Seconds(1)).Should().BeTrue();
        tree.Conclude(new RequestId("miss"), Seconds(1)).Should().BeTrue();
        tree.Conclude(new RequestId("never"), Seconds(1)).Should().BeFalse();
        tree.Evict(A, Keys("prompt"), 0);

        Pages(tree, "prompt", A, Seconds(1.9)).Should().Be((0, 6), "its events may be on their way");
        Pages(tree, "prompt", A, Seconds(2)).Should().Be((0, 0));
        Pages(tree, "other", A, Seconds(2)).Should().Be((0, 0));
        (tree.PageCount, tree.PromiseCount).Should().Be((0, 0));
        tree.CheckIntegrity();
    }

    [Fact]
    public void ARequestPlacedAgainLeavesNoPromiseBehind()
    {
        PrefixTree tree = Tree();
        tree.Promise(A, Keys("prompt"), new RequestId("r"), default);
        tree.Promise(B, Keys("prompt"), new RequestId("r"), default);
        Pages(tree, "prompt", A).Should().Be((0, 0));
        Pages(tree, "prompt", B).Should().Be((0, 6));
    }

    [Fact]
    public void PromisesOfSeveralRequestsForOnePathEndOneByOne()
    {
        PrefixTree tree = Tree();
        tree.Promise(A, Keys("same"), new RequestId("1"), default);
        tree.Promise(A, Keys("same"), new RequestId("2"), default);
        tree.Settle(new RequestId("1"));
        Pages(tree, "same", A).Should().Be((0, 4));
        tree.Settle(new RequestId("2"));
        Pages(tree, "same", A).Should().Be((0, 0));
    }

    [Fact]
    public void AnEventOfAWorkerThatHasGoneDoesNotBringItBack()
    {
        PrefixTree tree = Tree();
        tree.Store(A, Keys("prompt"));
        tree.RemoveWorker(A).Should().BeTrue();
        tree.Store(A, Keys("prompt")).Should().BeFalse();
        tree.Evict(A, Keys("prompt"), 0).Should().BeFalse();
        tree.Promise(A, Keys("prompt"), null, default).Should().BeFalse();
        tree.Replace(A, []).Should().BeFalse();
        tree.RemoveWorker(A).Should().BeFalse();
        tree.PageCount.Should().Be(0);
    }

    [Fact]
    public void SlotsAreUsedAgainWithoutLeavingAnythingToTheirNextOwner()
    {
        PrefixTree tree = Tree();
        var match = new PrefixMatch();
        for (int i = 0; i < 100; i++)
        {
            var worker = new WorkerId("w" + i);
            tree.AddWorker(worker, 100);
            tree.Match(Keys("prompt"), match, default);
            match.Count.Should().Be(3);
            match[match.Find(worker)].ExpectedPages.Should().Be(0);
            tree.Store(worker, Keys("prompt"));
            tree.RemoveWorker(worker);
        }
    }

    [Fact]
    public void NoMoreWorkersAreKnownThanTheBound()
    {
        PrefixTree tree = Tree(new PrefixTreeOptions { WorkersMax = 2 });
        tree.AddWorker(new WorkerId("c"), 1).Should().BeFalse();
        tree.AddWorker(A, 5).Should().BeTrue("it is known already");
        tree.Store(new WorkerId("c"), Keys("x")).Should().BeFalse();
    }

    [Fact]
    public void TheLeastRecentlyUsedLeavesAreForgottenEndFirst()
    {
        PrefixTree tree = Tree(new PrefixTreeOptions { PagesMax = 16 });
        tree.Store(A, Keys("base.first"));
        tree.Store(A, Keys("base.second"));
        tree.PageCount.Should().Be(16);
        tree.Store(A, Keys("base.first"));
        tree.Store(B, Keys("new"));
        Pages(tree, "base.second", A).Should().Be((8, 8), "three pages had to go, from the end of what was used longest ago");
        Pages(tree, "base.first", A).Should().Be((10, 10));
        tree.ResidentPages(A).Should().Be(13);
        tree.CheckIntegrity();
    }

    /// <summary>A minute was too short for the queue of a saturated worker: the siblings of those that waited there scattered.</summary>
    [Fact]
    public void WhatARequestWillComputeIsExpectedWhileItWaitsForMinutes()
    {
        PrefixTree tree = Tree(new PrefixTreeOptions());
        tree.Promise(A, Keys("prefix"), new RequestId("waits"), default);
        Expected(TimeSpan.FromMinutes(9)).Should().Be(6);
        Expected(TimeSpan.FromMinutes(11)).Should().Be(0, "its end may never be heard of");

        int Expected(TimeSpan now)
        {
            var match = new PrefixMatch();
            tree.Match(Keys("prefix and more"), match, now);
            return match[match.Find(A)].ExpectedPages;
        }
    }

    [Fact]
    public void APathLongerThanTheTreeMayBeIsKnownAsFarAsItFits()
    {
        PrefixTree tree = Tree(new PrefixTreeOptions { PagesMax = 5 });
        tree.Store(A, Keys("longer than that"));
        Pages(tree, "longer than that", A).Should().Be((5, 5));
        tree.Promise(B, Keys("different and long"), new RequestId("r"), default);
        tree.PageCount.Should().BeLessThanOrEqualTo(5);
        tree.CheckIntegrity();
    }

    [Fact]
    public void PagesStoredOneByOneByOneWorkerMakeOneNode()
    {
        PrefixTree tree = Tree();
        string output = string.Concat(Enumerable.Range(0, 500).Select(i => (char)('a' + (i % 26))));
        for (int length = 1; length <= output.Length; length++)
        {
            tree.Store(A, Keys(output[..length]));
            tree.CheckIntegrity();
        }

        (tree.NodeCount, tree.PageCount, tree.ResidentPages(A)).Should().Be((1, 500, 500));
        for (int length = output.Length - 1; length >= 0; length--)
        {
            tree.Evict(A, Keys(output), length);
            tree.ResidentPages(A).Should().Be(length);
        }

        (tree.NodeCount, tree.PageCount).Should().Be((0, 0));
    }

    [Fact]
    public void ADumpReplacesWhatAWorkerHoldsAndKeepsWhatOthersDo()
    {
        PrefixTree tree = Tree();
        tree.Store(A, Keys("both"));
        tree.Store(B, Keys("both"));
        tree.Store(A, Keys("only a"));
        tree.Replace(A, [Keys("bo"), Keys("fresh")]).Should().BeTrue();
        Pages(tree, "both", A).Should().Be((2, 2));
        Pages(tree, "both", B).Should().Be((4, 4));
        Pages(tree, "only a", A).Should().Be((0, 0));
        Pages(tree, "fresh", A).Should().Be((5, 5));
        tree.PageCount.Should().Be(9);
        tree.CheckIntegrity();
    }

    [Fact]
    public void AMatchFilledByOneTreeCanBeFilledByAnother()
    {
        PrefixTree one = Tree();
        var other = new PrefixTree(new PrefixTreeOptions());
        other.AddWorker(new WorkerId("c"), 1);
        other.AddWorker(new WorkerId("d"), 1);
        var match = new PrefixMatch();
        one.Match(Keys("x"), match, default);
        other.Match(Keys("x"), match, default);
        match[0].Worker.Value.Should().Be("c");
        match.Reset(3);
        match.Count.Should().Be(0);
        match.Add(new WorkerMatch(B, 1, 2, default));
        match[0].Worker.Should().Be(B);
        one.Match(Keys("x"), match, default);
        match[0].Worker.Should().Be(A);
    }

    [Fact]
    public void ThreeThousandNodesOfDepthAreWalkedAndGivenUpWithoutRecursion()
    {
        PrefixTree tree = Tree();
        string path = new string('x', 3_000);
        for (int i = 1; i <= 3_000; i++)
        {
            // Alternating owners make a node each.
            tree.Promise(i % 2 == 0 ? A : B, Keys(path[..i]), new RequestId("r" + i), default);
        }

        tree.NodeCount.Should().Be(3_000);
        tree.Store(A, Keys(path));
        tree.Evict(A, Keys(path), 0);
        tree.RemoveWorker(A);
        tree.RemoveWorker(B);
        tree.PageCount.Should().Be(0);
    }

    internal static PrefixTree Tree(PrefixTreeOptions? options = null)
    {
        var tree = new PrefixTree(options ?? new PrefixTreeOptions { PromiseSeconds = 10 });
        tree.AddWorker(A, 1000);
        tree.AddWorker(B, 1000);
        return tree;
    }

    private static PageKey[] Keys(string word) => TreeDriver.Keys(word);

    private static PrefixMatch MatchOf(PrefixTree tree, string prompt, TimeSpan now = default)
    {
        var match = new PrefixMatch();
        tree.Match(Keys(prompt), match, now);
        return match;
    }

    private static (int Resident, int Expected) Pages(PrefixTree tree, string prompt, WorkerId worker, TimeSpan now = default)
    {
        PrefixMatch match = MatchOf(tree, prompt, now);
        WorkerMatch found = match[match.Find(worker)];
        return (found.ResidentPages, found.ExpectedPages);
    }
}
