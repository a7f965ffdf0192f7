using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Turns that follow one another: what of a prompt is its own, how many more are expected, and where that makes a chain go.</summary>
public sealed class ContinuationTests
{
    private static readonly WorkerId[] Workers = [new("a"), new("b"), new("c")];

    /// <summary>Whatever is stored, promised and given up: shared is as much as any other path has that then goes on otherwise.</summary>
    [Fact]
    public void WhatIsSharedEndsWhereTheLastOtherPathParts()
    {
        var random = new Random(5);
        int parted = 0;
        for (int round = 0; round < 200; round++)
        {
            var tree = new PrefixTree(new PrefixTreeOptions());
            Array.ForEach(Workers, worker => tree.AddWorker(worker, 1000));
            var paths = new List<PageKey[]>();
            for (int i = random.Next(12); i >= 0; i--)
            {
                PageKey[] path = Path(random);
                _ = random.Next(2) == 0 ? tree.Store(Workers[random.Next(3)], path) : tree.Promise(Workers[random.Next(3)], path, new RequestId("r" + i), default);
                paths.Add(path);
            }

            PageKey[] prompt = Path(random);
            var match = new PrefixMatch();
            tree.Match(prompt, match, default);
            int shared = paths.Max(path => prompt.AsSpan().CommonPrefixLength(path) is var common && common < path.Length ? common : 0);
            match.SharedPages.Should().Be(shared);
            parted += shared > 0 && shared < match.LongestPages ? 1 : 0;
        }

        parted.Should().BeGreaterThan(10, "chains are asked about, too");
    }

    [Fact]
    public void ThoseThatGoOnAreCountedWithinTheirBound()
    {
        var random = new Random(6);
        for (int round = 0; round < 50; round++)
        {
            var continuations = new Continuations();
            continuations.Expected.Should().Be(0);
            double share = random.NextDouble();
            double sum = 0;
            for (int i = 0; i < 4000; i++)
            {
                continuations.Add(random.NextDouble() < share);
                continuations.Expected.Should().BeInRange(0, Continuations.TurnsMax);
                sum += i < 2000 ? 0 : continuations.Expected / 2000;
            }

            double expected = Math.Min(Continuations.TurnsMax, share / (1 - share));
            sum.Should().BeApproximately(expected, 0.1 + (0.2 * expected));
        }
    }

    /// <summary>
    /// Its fast worker is full of what is in use, a slow one has room. A chain goes there, as staying would drive something out with each turn; a prompt that
    /// has as much there of what many share stays, and so does a chain where the other has no room either.
    /// </summary>
    [Theory]
    [InlineData(0, true, "slow")]
    [InlineData(190, true, "fast")]
    [InlineData(0, false, "fast")]
    public void AChainLeavesAWorkerThatHasNoRoomForOneThatHas(int sharedPages, bool hasRoom, string where)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("fast", kvTokens: 60_000), Profile("slow", Fast.Times(2), kvTokens: 60_000));
        ReportedSequence[] running = [.. Enumerable.Range(0, 10).Select(i => Decoding("d" + i, 1000))];
        scheduler.Report(Report("fast", 1, running) with { Pages = new ReportedPages(0, 3000, 750, 3750) }, default);
        int free = hasRoom ? 2000 : 0;
        scheduler.Report(Report("slow", 1, [.. running.Select(one => one with { Request = new RequestId("s" + one.Request.Value) })]) with
        {
            Pages = new ReportedPages(free, 3000 - free, 750, 3750),
        }, default);

        string worker = "";
        for (int turn = 0; turn < 800; turn++)
        {
            PrefixMatch match = Match(200, ("fast", 190));
            match.SharedPages = sharedPages;
            match.EvictionRegret = 0.8;
            worker = scheduler.Place(Query("t" + turn, 3210, maxNewTokens: 20), match, default).Worker.Value;
            scheduler.Complete(new RequestId("t" + turn), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), default);
        }

        worker.Should().Be(where);
    }

    private static PageKey[] Path(Random random)
    {
        // Few keys, so that paths have much in common; a key says all that comes before it.
        var path = new PageKey[random.Next(1, 9)];
        ulong before = 0;
        for (int i = 0; i < path.Length; i++)
        {
            before = (before * 3) + (ulong)random.Next(random.Next(3) == 0 ? 2 : 1) + 1;
            path[i] = new PageKey(before);
        }

        return path;
    }
}
