using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Who is admitted, when, and at whose expense.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public void WhatIsCachedGoesFirstAndFirstComeInsideAGroup()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1 });
        Serve(rig, Line(1, 40));
        RequestId[] ids = [.. Enumerable.Range(0, 4).Select(_ => rig.NewId())];
        rig.Submit(Line(2, 40), id: ids[0]);
        rig.Submit([.. Line(1, 20), .. Line(9, 20)], id: ids[1]);
        rig.Submit(Line(1, 40, then: 8), id: ids[2]);
        rig.Submit(Line(1, 40, then: 7), id: ids[3]);
        rig.RunToEnd();
        rig.Admitted[1..].Should().Equal(ids[2], ids[3], ids[1], ids[0]);
    }

    [Fact]
    public void AWaitingSequenceRisesWhenItsPrefixIsStored()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, Order = "priority-groups" });
        RequestId[] ids = [.. Enumerable.Range(0, 3).Select(_ => rig.NewId())];
        rig.Submit(Line(1, 30), id: ids[0]);
        rig.Submit(Line(2, 30), id: ids[1]);
        rig.Submit(Line(1, 30, then: 5), id: ids[2]);
        rig.RunToEnd();
        rig.Admitted.Should().Equal(ids[0], ids[2], ids[1]);
    }

    [Theory]
    [InlineData("priority-groups", 0)]
    [InlineData("priority-groups", 1)]
    [InlineData("priority-groups", 5)]
    [InlineData("longest-prefix", 0)]
    [InlineData("longest-prefix", 5)]
    [InlineData("k-lpm", 1)]
    [InlineData("k-lpm", 5)]
    public void NoSequenceIsPassedOverMoreOftenThanTheBound(string order, int passedOverMax)
    {
        // Ten slots of group 9 for each of group 0, the longest prefix always another's, and never an end of those.
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1, PassedOverMax = passedOverMax, OldestEvery = 1000, Order = order });
        Serve(rig, Line(1, 200));
        RequestId cold = rig.NewId();
        rig.Submit(Line(2, 40), id: cold);
        for (int i = 0; i < 200 && !rig.Admitted.Contains(cold); i++)
        {
            rig.Submit(Line(1, 200, then: (i % 20) + 1), maxNewTokens: 1);
            rig.Step();
        }

        rig.Admitted.IndexOf(cold).Should().Be(1 + passedOverMax);
    }

    [Theory]
    [InlineData("fcfs")]
    [InlineData("k-lpm")]
    [InlineData("priority-groups")]
    public void TheFirstInLineThatDoesNotFitIsNotOvertakenByWhoTakesItsRoom(string order)
    {
        var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = 0, Order = order, OldestEvery = 1 }, pageCount: 20);
        RequestId big = rig.NewId();
        RequestId small = rig.NewId();
        rig.Submit(Line(1, 40), maxNewTokens: 12, neverStops: true);
        rig.Submit(Line(2, 60), id: big);
        rig.Submit(Line(3, 4), id: small);
        rig.Step();
        rig.Scheduler.Counts.Running.Should().Be(1);
        rig.Scheduler.Counts.Waiting.Should().Be(2);
        rig.RunToEnd();
        rig.Admitted[1..].Should().Equal(big, small);
    }

    /// <summary>
    /// The first, whose prefix is cached and not held, lacks room; those behind it mostly share what a running one holds. In Preble's order they pass, not more
    /// often than the bound says; in the others nobody does.
    /// </summary>
    [Theory]
    [InlineData("priority-groups", 256, 3)]
    [InlineData("priority-groups", 1, 1)]
    [InlineData("priority-groups", 0, 0)]
    [InlineData("fcfs", 256, 0)]
    [InlineData("longest-prefix", 256, 0)]
    public void WhoSharesWhatIsHeldPassesOneThatDoesNotFit(string order, int passedOverMax, int passing)
    {
        var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = 0, Order = order, PassedOverMax = passedOverMax }, pageCount: 36);
        Serve(rig, Line(2, 64));
        rig.Submit(Line(1, 40), maxNewTokens: 30, neverStops: true);
        rig.Step();
        RequestId big = rig.NewId();
        rig.Submit([.. Line(2, 64), .. Line(3, 50)], maxNewTokens: 2, id: big);
        for (int i = 0; i < 3; i++) rig.Submit([.. Line(1, 40), .. Line(i + 4, 33)], maxNewTokens: 2, neverStops: true);
        rig.RunToEnd();
        rig.Admitted.IndexOf(big).Should().Be(2 + passing);
    }

    /// <summary>One that was running comes first, whoever could share meanwhile.</summary>
    [Fact]
    public void APreemptedSequenceIsNotPassedOver()
    {
        var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = 0 }, pageCount: 20);
        rig.Submit(Line(1, 28), maxNewTokens: 40, neverStops: true);
        rig.Submit(Line(2, 28), maxNewTokens: 40, neverStops: true);
        while (rig.Preemptions == 0) rig.Step();
        rig.Submit(Line(1, 28, then: 3), maxNewTokens: 1, neverStops: true);
        rig.Submit(Line(1, 28, then: 4), maxNewTokens: 1, neverStops: true);
        rig.Scheduler.Counts.Running.Should().Be(1);
        var snapshot = new List<SequenceSnapshot>();
        rig.Scheduler.Snapshot(snapshot);
        snapshot[1].PrefillTokensLeft.Should().BeLessThan(snapshot[1].ContextTokens, "most of what it computed is still cached");
        int waiting = rig.Scheduler.Counts.Waiting;
        while (rig.Scheduler.Counts.Running == 1 && rig.Step().Outputs.All(output => !output.Ended)) rig.Scheduler.Counts.Waiting.Should().Be(waiting);
        rig.RunToEnd();
    }

    [Fact]
    public void RoomIsKeptForTheGrowthOfTheRunning()
    {
        int Together(int growth)
        {
            var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = growth }, pageCount: 20);
            for (int i = 0; i < 5; i++) rig.Submit(Line(i + 1, 12), maxNewTokens: 28, neverStops: true);
            rig.Step();
            int together = rig.Scheduler.Counts.Running;
            rig.RunToEnd();
            if (growth >= 28) rig.Preemptions.Should().Be(0);
            else rig.Preemptions.Should().BePositive();
            return together;
        }

        Together(0).Should().Be(5);
        Together(28).Should().Be(2);
        Together(1_000).Should().Be(2, "no more is kept than a sequence may still produce");
    }

    [Fact]
    public void WhatASequenceFindsInTheCacheIsNotCountedAsRoom()
    {
        // 16 of 20 pages are cached and 2 run. The prompt needs 4 pages behind the 16 that it would pin.
        var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = 0, Order = "fcfs" }, pageCount: 20);
        Serve(rig, Line(1, 65));
        rig.Submit(Line(2, 6), maxNewTokens: 2, neverStops: true);
        rig.Submit([.. Line(1, 64), .. Line(3, 15)], maxNewTokens: 1);
        rig.Step();
        rig.Scheduler.Counts.Should().BeEquivalentTo(new { Running = 1, Waiting = 1 });
        rig.RunToEnd();
        rig.Preemptions.Should().Be(0);
        rig.CachedTokens.Should().Be(64);
    }

    [Fact]
    public void NoMoreIsEvictedThanAStepNeeds()
    {
        // 16 of 20 pages are cached. The prompt takes the 4 that are free and one of those.
        var rig = new Rig(pageCount: 20);
        Serve(rig, Line(1, 65));
        rig.Submit(Line(2, 19), maxNewTokens: 1);
        rig.Step();
        rig.Scheduler.Counts.Should().Be(new SchedulerCounts(1, 15 + 4, 0, 20, 0, 0));
    }

    [Fact]
    public void ThePreemptedOneIsTheLatestAndGoesBackToTheFront()
    {
        var rig = new Rig(new LocalSchedulerOptions { GrowthTokensReserved = 0, RunningSequencesMax = 3 }, pageCount: 12);
        RequestId[] ids = [.. Enumerable.Range(0, 4).Select(_ => rig.NewId())];
        for (int i = 0; i < 4; i++) rig.Submit(Line(i + 1, 12), maxNewTokens: 20, id: ids[i], samplerSeed: i, neverStops: true);
        var preempted = new List<RequestId>();
        var started = new List<SequenceStart>();
        while (rig.Step() is { Idle: false } result)
        {
            preempted.AddRange(result.Preempted.Select(r => r.Id));
            started.AddRange(result.Started);
        }

        preempted[0].Should().Be(ids[2], "it came last of the three that ran");
        int back = started.FindIndex(s => s.Resumed && s.Request.Id == ids[2]);
        int fourth = started.FindIndex(s => s.Request.Id == ids[3]);
        back.Should().BePositive().And.BeLessThan(fourth);
        started[back].ContextTokens.Should().BeGreaterThan(12, "what it had produced is context now");
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void DecodesComeBeforePrefillAndKeepTheirPace()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 8 });
        rig.Submit(Line(1, 4), maxNewTokens: 40, neverStops: true);
        rig.Step();
        rig.Submit(Line(2, 100), maxNewTokens: 1);
        for (int i = 0; i < 14; i++)
        {
            StepResult result = rig.Step();
            result.DecodeTokens.Should().Be(1);
            result.PrefillTokens.Should().Be(7, "the prompt takes what the decode leaves");
        }

        rig.RunToEnd();
    }

    [Fact]
    public void AChunkOfOneTokenCountsAsTheDecodeThatItIsToTheForwardPass()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 8 });
        rig.Submit(Line(1, 9), maxNewTokens: 2, neverStops: true);
        rig.Step().PrefillTokens.Should().Be(8);

        StepResult last = rig.Step();
        (last.PrefillTokens, last.PrefillSquares).Should().Be((0, 0.0));
        (last.DecodeTokens, last.DecodeContextTokens).Should().Be((1, 9L));
        rig.RunToEnd();
    }

    [Fact]
    public void NoMoreRunThanTheBudgetHasTokens()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 3, RunningSequencesMax = 64 });
        for (int i = 0; i < 8; i++) rig.Submit([i + 1], maxNewTokens: 12, neverStops: true);
        for (int i = 0; i < 10; i++)
        {
            rig.Step();
            rig.Scheduler.Counts.Running.Should().BeLessThanOrEqualTo(3);
        }

        rig.RunToEnd();
    }

    [Fact]
    public void WholePromptsAreNeverCutAndSharedStepsStayWithinTheBudget()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 50, RunningSequencesMax = 8, WholePrompts = true }, pageCount: 400);
        int[] lengths = [20, 25, 10, 120, 30, 7];
        for (int i = 0; i < lengths.Length; i++) rig.Submit(Line(i + 1, lengths[i]), maxNewTokens: 3, neverStops: true).Should().Be(SubmitOutcome.Accepted);

        var prefills = new List<int>();
        for (int i = 0; i < 5; i++)
        {
            prefills.Add(rig.Step().PrefillTokens);
            rig.Forward.Cut.Should().Be(0);
        }

        // 20 and 25 fit together; 10 and what is decoded beside it would fit, but not 120 with it; 120 has a step of its own.
        prefills.Should().Equal(45, 10, 120, 37, 0);
        rig.RunToEnd();
    }

    internal static int[] Line(int token, int count, int then = -1)
    {
        int[] tokens = [.. Enumerable.Repeat(token, count)];
        return then < 0 ? tokens : [.. tokens, then];
    }

    private static void Serve(Rig rig, int[] tokens)
    {
        rig.Submit(tokens, maxNewTokens: 1);
        rig.RunToEnd();
    }
}
