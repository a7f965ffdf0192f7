using Preble.Core.Caching;
using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>What those that wait will read is evicted last; <see cref="EvictionLaw"/> checks it in every step that a rig with a cache takes.</summary>
public sealed class KeptForWaitingTests
{
    /// <summary>
    /// A prefix was cached before two others run, the second of which takes all that nobody waits for. It is asked for before the first of them or after it; of
    /// a longer prompt, the first step evicts what the first left, and nothing was stored in between.
    /// </summary>
    [Theory]
    [InlineData(24, 24, false)]
    [InlineData(24, 24, true)]
    [InlineData(28, 20, true)]
    public void WhatAWaitingSequenceWillReadOutlivesWhatNobodyWaitsFor(int prompt, int maxNewTokens, bool first)
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "fcfs" }, pageCount: 20);
        Serve(rig, AdmissionTests.Line(1, 33));
        rig.Submit(AdmissionTests.Line(2, 24), maxNewTokens: 2, neverStops: true);
        rig.Submit(AdmissionTests.Line(3, prompt), maxNewTokens: maxNewTokens, neverStops: true);
        for (int i = 0; i < 3 && !first; i++) rig.Step();
        rig.Submit([.. AdmissionTests.Line(1, 32), .. AdmissionTests.Line(4, 8)], maxNewTokens: 1);
        rig.RunToEnd();
        rig.Preemptions.Should().Be(0);
        rig.CachedTokens.Should().Be(32);
    }

    /// <summary>Two wait, each for a cached prefix, and one that runs leaves room for one of these.</summary>
    [Fact]
    public void WhereNotAllCanBeKeptTheNextInLineIsServed()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "fcfs" }, pageCount: 28);
        Serve(rig, AdmissionTests.Line(1, 33));
        Serve(rig, AdmissionTests.Line(2, 33));
        rig.Submit(AdmissionTests.Line(3, 40), maxNewTokens: 41, neverStops: true);
        rig.Submit([.. AdmissionTests.Line(1, 32), 4], maxNewTokens: 1);
        rig.Submit([.. AdmissionTests.Line(2, 32), 5], maxNewTokens: 1);
        rig.RunToEnd();
        rig.CachedTokens.Should().Be(32, "the first finds all of its prefix, the second nothing");
        rig.LateEvictions.Should().BePositive();
    }

    /// <summary>What a cancelled sequence held is nobody's, however young it is.</summary>
    [Fact]
    public void WhatACancelledOneLeavesGoesFirst()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "fcfs" }, pageCount: 20);
        Serve(rig, AdmissionTests.Line(1, 33));
        RequestId cancelled = rig.NewId();
        rig.Submit(AdmissionTests.Line(2, 32), maxNewTokens: 40, id: cancelled, neverStops: true);
        rig.Submit(AdmissionTests.Line(3, 32), maxNewTokens: 12, neverStops: true);
        rig.Submit([.. AdmissionTests.Line(1, 32), 4], maxNewTokens: 1);
        for (int i = 0; i < 2; i++) rig.Step();
        rig.Cancel(cancelled).Should().Be(1);
        rig.RunToEnd();
        rig.CachedTokens.Should().Be(32);
    }

    /// <summary>
    /// The longest of three is preempted and finds no room; another ends and leaves what a new one waits for, which goes before what the preempted one left.
    /// </summary>
    [Fact]
    public void APreemptedOneIsTheNextInLine()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 3, Order = "fcfs", GrowthTokensReserved = 0 }, pageCount: 17);
        int[] preempted = AdmissionTests.Line(3, 32);
        int[] waiting = [.. AdmissionTests.Line(2, 8), 4];
        rig.Submit(AdmissionTests.Line(1, 16), maxNewTokens: 50, neverStops: true);
        rig.Submit(waiting[..8], maxNewTokens: 14, neverStops: true);
        rig.Submit(preempted, maxNewTokens: 20, neverStops: true);
        rig.Submit(waiting, maxNewTokens: 1);
        rig.Step();
        while (rig.Cache.Peek(1, waiting).Pages == 2) rig.Step();
        rig.Preemptions.Should().Be(1);
        rig.Scheduler.Counts.Should().BeEquivalentTo(new { Running = 1, Waiting = 2 });
        rig.Cache.Peek(1, preempted).Pages.Should().Be(3);
        rig.RunToEnd();
    }

    /// <summary>Behind a long one stand others of which nothing is cached, and behind these one whose prefix is older than what nobody waits for.</summary>
    [Theory]
    [InlineData(WaitingQueue.MatchesMax - 2, 8, 4)]
    [InlineData(WaitingQueue.MatchesMax - 1, 4, 8)]
    public void OnlySoManyAreKept(int before, int kept, int others)
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "fcfs" }, pageCount: 20);
        Serve(rig, AdmissionTests.Line(1, 33));
        Serve(rig, AdmissionTests.Line(2, 33));
        rig.Submit(AdmissionTests.Line(3, 32), maxNewTokens: 4, neverStops: true);
        for (int i = 0; i < before; i++) rig.Submit([4, i % 20], maxNewTokens: 1);
        rig.Submit(AdmissionTests.Line(1, 33), maxNewTokens: 1);
        rig.Step();
        (rig.Cache.Peek(1, AdmissionTests.Line(1, 33)).Pages, rig.Cache.Peek(1, AdmissionTests.Line(2, 33)).Pages).Should().Be((kept, others));
        rig.RunToEnd();
    }

    [Fact]
    public void ASnapshotKeepsNothing()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "fcfs" });
        Serve(rig, AdmissionTests.Line(1, 33));
        Serve(rig, AdmissionTests.Line(2, 33));
        var cache = (PrefixCache)rig.Cache;
        PrefixNode[] order = [.. cache.Order.Nodes()];
        rig.Submit(AdmissionTests.Line(1, 33), maxNewTokens: 1);
        rig.Scheduler.Snapshot([]);
        cache.Order.Nodes().Should().Equal(order);
        rig.RunToEnd();
    }

    /// <summary>Four decodes take half of what the first of two was to find, so that the second has more of its prompt cached.</summary>
    [Fact]
    public void AnOrderGoesByWhatIsCachedAfterTheStepsOwnEvictions()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 5, Order = "longest-prefix", GrowthTokensReserved = 0 }, pageCount: 18);
        Serve(rig, AdmissionTests.Line(1, 33));
        int[] shared = AdmissionTests.Line(2, 24);

        // The three that wait for the first one's prefix are a step behind it.
        for (int i = 0; i < 4; i++) rig.Submit([.. shared, .. AdmissionTests.Line(3 + i, i == 0 ? 2 : 3)], maxNewTokens: 4, neverStops: true);
        for (int i = 0; i < 3; i++) rig.Step();
        rig.Scheduler.Counts.PagesFree.Should().Be(0);
        rig.Submit([.. AdmissionTests.Line(1, 32), .. AdmissionTests.Line(8, 8)], maxNewTokens: 1);
        rig.Submit([.. shared, .. AdmissionTests.Line(9, 4)], maxNewTokens: 1);
        rig.Step().Started.Should().ContainSingle().Which.CachedTokens.Should().Be(24);
        rig.RunToEnd();
    }

    /// <summary>Many more wait than are matched in a step, and their prefixes do not fit; now and then one is cancelled or preempted.</summary>
    [Theory]
    [InlineData(1, "fcfs")]
    [InlineData(2, "longest-prefix")]
    [InlineData(3, "priority-groups")]
    [InlineData(4, "k-lpm")]
    public void OfManyThatWaitTheFirstAreKept(int seed, string order)
    {
        var random = new Random(seed);
        var options = new LocalSchedulerOptions { RunningSequencesMax = 6, StepTokensMax = 24, GrowthTokensReserved = 0, PassedOverMax = 40, Order = order };
        var rig = new Rig(options, pageCount: 60, contextTokensMax: 120);
        var prompts = new PromptSource(random, pageTokens: 4);
        for (int i = 0; i < 1_500; i++)
        {
            while (rig.LiveCount < 100)
            {
                (int[] tokens, ulong tenant) = prompts.Next();
                rig.Submit(tokens, random.Next(30), seed: tenant, samplerSeed: random.Next());
            }

            if (random.Next(20) == 0) rig.Cancel(rig.Live.ElementAt(random.Next(rig.Live.Count()))).Should().BePositive();
            rig.Step();
        }

        rig.RunToEnd();
        rig.Preemptions.Should().BePositive();
        rig.LateEvictions.Should().BePositive();
    }

    private static void Serve(Rig rig, int[] tokens)
    {
        rig.Submit(tokens, maxNewTokens: 1);
        rig.RunToEnd();
    }
}
