using Preble.Core;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Grains.Tests;

public sealed class WorkerReportTests
{
    [Theory]
    [InlineData(SequencePhase.Waiting, ReportedPhase.Waiting)]
    [InlineData(SequencePhase.Prefill, ReportedPhase.Prefill)]
    [InlineData(SequencePhase.Decode, ReportedPhase.Decode)]
    public void WhatAWorkerSaysOfASequenceReachesTheSchedulerWhole(SequencePhase phase, ReportedPhase reported)
    {
        var sequence = new SequenceReport
        {
            RequestId = "r",
            Choice = 1,
            Phase = phase,
            CachedTokens = 2,
            PrefillTokensLeft = 3,
            ContextTokens = 4,
            GeneratedTokens = 5,
            UnheldTokens = 6,
        };
        var report = new Interfaces.WorkerReport { WorkerId = "w", Epoch = 7, Sequence = 8, Live = [sequence], PagesFree = 0, PagesCached = 0, PagesHeld = 0 };

        Messages.Report(report).Sequences.ToArray().Should().Equal(
            new ReportedSequence(new RequestId("r"), 1, reported, CachedTokens: 2, PrefillTokensLeft: 3, ContextTokens: 4, Generated: 5) { UnheldTokens = 6 });
    }

    [Fact]
    public void ASchedulerKnowsByWhichGroupsAWorkersQueueGoes() =>
        Messages.Profile(ScriptedCluster.Registration("w") with { PriorityGroups = 7 }).PriorityGroups.Should().Be(7);
}
