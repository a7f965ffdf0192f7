using Preble.Core.Caching;
using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Submitting, ending, cancelling and failing.</summary>
public sealed class LocalSchedulerTests
{
    [Fact]
    public void ASubmissionIsAnsweredByWhatBecameOfIt()
    {
        var rig = new Rig(new LocalSchedulerOptions { WaitingSequencesMax = 3 }, pageCount: 10, contextTokensMax: 100);
        rig.Scheduler.SequenceTokensMax.Should().Be(40);
        rig.Submit(new int[40]).Should().Be(SubmitOutcome.PromptTooLong);
        rig.Submit(new int[39], maxNewTokens: 50).Should().Be(SubmitOutcome.Accepted, "one token has room");
        rig.Submit([1], maxNewTokens: 0).Should().Be(SubmitOutcome.NothingToGenerate);
        rig.Submit([1], maxNewTokens: 5, generatedBefore: 5, neverStops: true).Should().Be(SubmitOutcome.Accepted, "four were made");
        rig.Scheduler.Submit(Request("x", [1], maxNewTokens: 2) with { Generated = new[] { 1, 2 } }, default).Should().Be(SubmitOutcome.NothingToGenerate);
        rig.Scheduler.Submit(Request("x", new int[38]) with { Generated = new[] { 1, 2 } }, default).Should().Be(SubmitOutcome.NothingToGenerate);
        rig.Scheduler.Submit(Request("x", [TokenHistory.VocabularySize]), default).Should().Be(SubmitOutcome.TokenOutOfRange);
        rig.Scheduler.Submit(Request("x", [-1]), default).Should().Be(SubmitOutcome.TokenOutOfRange);
        rig.Scheduler.Submit(Request("x", [1]) with { Generated = new[] { 99 } }, default).Should().Be(SubmitOutcome.TokenOutOfRange);
        rig.Submit([1], id: new RequestId("0"), choice: 7).Should().Be(SubmitOutcome.Accepted);
        rig.Submit([1], id: new RequestId("0"), choice: 7).Should().Be(SubmitOutcome.Duplicate);
        rig.Submit([1]).Should().Be(SubmitOutcome.QueueFull);
        rig.RunToEnd();
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void WhatTheCallerMustNotDoThrows()
    {
        var rig = new Rig();
        rig.Scheduler.Invoking(s => s.Submit(Request("a", [1]) with { MaxNewTokens = -1 }, default)).Should().Throw<ArgumentOutOfRangeException>();
        SequenceRequest otherPages = Request("a", [1]) with { Prompt = new Prompt(new[] { 1 }, 1, pageTokens: 16) };
        rig.Scheduler.Invoking(s => s.Submit(otherPages, default)).Should().Throw<ArgumentException>().WithMessage("*16*4*");
        var pool = new PagePool(8);
        var forward = new PagingForwardPass(4, 4, 100);
        FluentActions.Invoking(() => new LocalScheduler(new(), new NoPrefixCache(4), pool, forward)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new LocalScheduler(new(), new NoPrefixCache(8), new PagePool(4), forward)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void LimitsOutOfRangeAreRefused()
    {
        LocalSchedulerOptions[] wrong =
        [
            new() { RunningSequencesMax = 0 },
            new() { WaitingSequencesMax = 0 },
            new() { StepTokensMax = 0 },
            new() { PriorityGroups = 0 },
            new() { PriorityGroups = PriorityGroups.CountMax + 1 },
            new() { PassedOverMax = -1 },
            new() { GrowthTokensReserved = -1 },
            new() { Order = "none" },
            new() { OldestEvery = 0 },
        ];
        foreach (LocalSchedulerOptions options in wrong) options.Invoking(o => o.Validate()).Should().Throw<ArgumentException>();
        new LocalSchedulerOptions().Invoking(o => o.Validate()).Should().NotThrow();
    }

    [Theory]
    [InlineData(100, 30, 12)]
    [InlineData(8, 1_000, 20)]
    [InlineData(100, 1_000, 40)]
    public void ASequenceAloneEndsWithLengthWhereContextOrPagesEnd(int pages, int maxNew, int expected)
    {
        // Contexts of 52 tokens; 8 pages hold 32.
        var rig = new Rig(pageCount: pages, contextTokensMax: 52);
        int[] prompt = AdmissionTests.Line(1, expected == 12 ? 40 : 12);
        rig.Submit(prompt, maxNew, neverStops: true);
        var tokens = 0;
        FinishReason? finish = null;
        while (rig.Step() is { Idle: false } result)
        {
            tokens += result.Outputs.Count;
            finish = result.Outputs.Count > 0 ? result.Outputs[^1].Finish : finish;
        }

        tokens.Should().Be(expected);
        finish.Should().Be(FinishReason.Length);
        rig.Preemptions.Should().Be(0);
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void AStepWithNothingToDoIsIdle()
    {
        var rig = new Rig();
        rig.Step().Idle.Should().BeTrue();
        rig.Submit([1, 2], maxNewTokens: 1);
        rig.Step().Idle.Should().BeFalse();
        rig.Step().Idle.Should().BeTrue();
    }

    [Fact]
    public void CancellingFreesPagesWithinTheCall()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 30, RunningSequencesMax = 3 });
        RequestId[] ids = [.. Enumerable.Range(0, 4).Select(_ => rig.NewId())];
        for (int i = 0; i < 4; i++) rig.Submit(AdmissionTests.Line(i + 1, 22), id: ids[i], maxNewTokens: 30, neverStops: true);
        rig.Submit(AdmissionTests.Line(1, 22), id: ids[0], choice: 1, maxNewTokens: 30, neverStops: true);
        rig.Step();
        rig.Scheduler.Counts.Should().BeEquivalentTo(new { Running = 2, Waiting = 3 });
        rig.Cancel(ids[3]).Should().Be(1, "it waited");
        rig.Cancel(ids[1]).Should().Be(1, "it was amid its prefill");
        rig.Cancel(ids[0]).Should().Be(2, "one of its choices ran, one waited");
        rig.Scheduler.Counts.PagesHeld.Should().Be(0);
        rig.Cancel(ids[0]).Should().Be(0);
        rig.Scheduler.Counts.Should().BeEquivalentTo(new { Running = 0, Waiting = 1 });
        rig.RunToEnd();
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void CancelAllLeavesNothing()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 30, RunningSequencesMax = 3 }, pageCount: 20);
        for (int i = 0; i < 9; i++) rig.Scheduler.Submit(Request($"r{i}", AdmissionTests.Line(i + 1, 22)), default);
        for (int i = 0; i < 3; i++) rig.Scheduler.Step(default);
        rig.Scheduler.CancelAll(default).Should().BePositive();
        rig.Step().Idle.Should().BeTrue();
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void AFailedForwardPassFailsTheRunningAndNobodyElse()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 2, StepTokensMax = 20 });
        for (int i = 0; i < 5; i++) rig.Submit(AdmissionTests.Line(i + 1, 18));
        rig.Step();
        rig.FailingStep(new InvalidOperationException("The device is lost."));
        rig.Scheduler.LastStep.Outputs.Should().HaveCount(2).And.OnlyContain(o => o.Failed && o.Ended);
        rig.Scheduler.Counts.Waiting.Should().Be(3);
        rig.RunToEnd();
        rig.Admitted.Should().HaveCount(5, "those that waited have run");
        rig.ShouldHoldNothing();
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void ASamplerThatFailsFailsItsOwnSequenceOnly(int failingCall, int wrongCall)
    {
        var rig = new Rig();
        rig.Submit([1, 2, 3], maxNewTokens: 10, neverStops: true);
        int[] prompt = [4, 5, 6];
        (List<int> tokens, FinishReason? finish) = Oracle.Generate(prompt, new ChanceSampler(1) { NeverStops = true }, 10, 400);
        var sampler = new ChanceSampler(1) { NeverStops = true, FailingCall = failingCall, WrongCall = wrongCall };
        rig.Submit(Request("bad", prompt, 10) with { Sampler = sampler }, tokens, finish);
        var failed = new List<StepOutput>();
        while (rig.Step() is { Idle: false } result) failed.AddRange(result.Outputs.Where(o => o.Failed));
        failed.Should().ContainSingle().Which.Request.Id.Value.Should().Be("bad");
        failed[0].Error!.GetType().Should().Be(failingCall > 0 ? typeof(FormatException) : typeof(InvalidOperationException));
        sampler.Calls.Should().Be(3);
        rig.ShouldHoldNothing();
    }

    [Fact]
    public void NobodyCallsTheSchedulerFromInsideItsStep()
    {
        var rig = new Rig();
        Action[] calls =
        [
            () => rig.Scheduler.Step(default),
            () => rig.Scheduler.Cancel(new RequestId("a"), default),
            () => rig.Scheduler.Submit(Request("b", [1]), default),
            () => rig.Scheduler.Snapshot([]),
        ];
        foreach (Action call in calls)
        {
            rig.Scheduler.Submit(Request("a", [1]) with { Sampler = new ChanceSampler(0) { OnNext = call } }, default);
            StepResult result = rig.Scheduler.Step(default);
            result.Outputs.Should().ContainSingle().Which.Error.Should().BeOfType<InvalidOperationException>();
            rig.Scheduler.CheckIntegrity();
        }
    }

    [Fact]
    public void TokensOfALostWorkerAreContextAndNotSampledAgain()
    {
        var rig = new Rig();
        int[] prompt = [.. Enumerable.Range(1, 20)];
        rig.Submit(prompt, maxNewTokens: 12, samplerSeed: 3, generatedBefore: 7, neverStops: true);
        int tokens = 0;
        while (rig.Step() is { Idle: false } result) tokens += result.Outputs.Count;
        tokens.Should().Be(5);
        rig.PrefillTokens.Should().Be(27);
    }

    [Fact]
    public void ASnapshotShowsWhereEverySequenceIs()
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = 30, RunningSequencesMax = 2 });
        rig.Submit(AdmissionTests.Line(1, 20), maxNewTokens: 1);
        rig.RunToEnd();
        rig.Submit(AdmissionTests.Line(1, 24), maxNewTokens: 9, neverStops: true);
        rig.Submit(AdmissionTests.Line(2, 40), maxNewTokens: 9, neverStops: true);
        rig.Submit(AdmissionTests.Line(1, 30), maxNewTokens: 9, neverStops: true);
        rig.Step();
        var snapshot = new List<SequenceSnapshot> { default };
        rig.Scheduler.Snapshot(snapshot);
        snapshot.Should().Equal(
            new SequenceSnapshot(new RequestId("1"), 0, SequencePhase.Decode, 24, 20, 0, 25, 1),
            new SequenceSnapshot(new RequestId("2"), 0, SequencePhase.Prefill, 40, 0, 14, 40, 0),
            new SequenceSnapshot(new RequestId("3"), 0, SequencePhase.Waiting, 30, 24, 6, 30, 0));
        SchedulerCounts counts = rig.Scheduler.Counts;
        counts.Should().Be(new SchedulerCounts(64 - 6 - 7, 12, 1, 64, 1, 2) { PagesPinned = 12 });
        rig.RunToEnd();
    }

    [Fact]
    public void AStartTellsHowLongItWaited()
    {
        var rig = new Rig(new LocalSchedulerOptions { RunningSequencesMax = 1 });
        rig.Submit(AdmissionTests.Line(1, 4), maxNewTokens: 3, neverStops: true);
        rig.Submit(AdmissionTests.Line(2, 4), maxNewTokens: 3, neverStops: true);
        for (int i = 0; i < 3; i++) rig.Step();
        rig.Step().Started.Should().ContainSingle().Which.Waited.Should().Be(TimeSpan.FromMilliseconds(4));
        rig.RunToEnd();
    }

    [Fact]
    public void SteadyDecodeAllocatesNextToNothing()
    {
        const int Sequences = 16;
        const int Steps = 2_000;
        var pool = new PagePool(Sequences * 400);
        var cache = new PrefixCache(pool, 16, eventsMax: 0);
        var scheduler = new LocalScheduler(new LocalSchedulerOptions(), cache, pool, new SilentForwardPass(16, pool.PageCount));
        for (int i = 0; i < Sequences; i++)
        {
            scheduler.Submit(Request($"r{i}", [i, 1, 2, 3], maxNewTokens: 4_000, pageTokens: 16) with { Sampler = new SilentForwardPass.Sampler() }, default);
        }

        for (int i = 0; i < 300; i++) scheduler.Step(TimeSpan.FromSeconds(i));
        var snapshot = new List<SequenceSnapshot>(Sequences);
        int decoded = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++)
        {
            decoded += scheduler.Step(TimeSpan.FromSeconds(300 + i)).DecodeTokens;
            scheduler.Snapshot(snapshot);
        }

        // What remains are the tokens themselves: 4 bytes in the sequence, 4 in the cache and their pages' keys, in arrays that double.
        double perToken = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Steps * Sequences);
        decoded.Should().Be(Steps * Sequences);
        perToken.Should().BeLessThan(40);
    }

    private static SequenceRequest Request(string id, int[] tokens, int maxNewTokens = 4, int pageTokens = 4) => new()
    {
        Id = new RequestId(id),
        Prompt = new Prompt(tokens, 1, pageTokens),
        MaxNewTokens = maxNewTokens,
        Sampler = new ChanceSampler(0),
    };
}
