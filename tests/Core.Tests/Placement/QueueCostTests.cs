using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <c>marginal-cost</c> makes of a worker's queue order and of crowded steps.</summary>
public sealed class QueueCostTests
{
    /// <summary>
    /// Both have queues of prompts that miss, the owner a longer one. Where what is cached goes first, a prompt stays with its owner; in order of arrival it
    /// would wait for all of them.
    /// </summary>
    [Theory]
    [InlineData(10, "owner")]
    [InlineData(0, "other")]
    public void WhatIsCachedPassesAQueueOfMisses(int groups, string expected)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("owner", groups: groups), Profile("other", groups: groups));
        scheduler.Report(Report("owner", 1, [.. Enumerable.Range(0, 6).Select(i => Waiting("miss" + i, 4000))]), default);
        scheduler.Report(Report("other", 1, [.. Enumerable.Range(0, 4).Select(i => Waiting("lost" + i, 4000))]), default);
        scheduler.Place(Query("new", 2000), Match(125, ("owner", 120)), default).Worker.Value.Should().Be(expected);
    }

    /// <summary>But it does not pass those of whom as much is cached, and a miss passes nobody.</summary>
    [Fact]
    public void NobodyPassesItsEquals()
    {
        double Wait(int cachedPages, int cachedOfOthers, int groups)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", groups: groups));
            scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 30).Select(i => Waiting("w" + i, 2000 - cachedOfOthers, cachedOfOthers))]), default);
            scheduler.Place(Query("new", 2000), Match(125, ("a", cachedPages)), default);
            return scheduler.LastCosts[0].Terms[1];
        }

        Wait(120, 1900, 10).Should().Be(Wait(120, 1900, 0));
        Wait(0, 0, 10).Should().Be(Wait(0, 0, 0));
        Wait(120, 0, 10).Should().Be(0);
        Wait(60, 1900, 10).Should().Be(Wait(60, 1900, 0));
    }

    /// <summary>Both have as many sequences, but one has told that its steps take ten times as long as they would for one alone.</summary>
    [Fact]
    public void CrowdedStepsMakeComputingDearer()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("crowded"), Profile("calm"));
        double alone = Fast.T0 + Fast.Gamma + (1000 * Fast.Delta);
        ReportedSequence[] decoding = [.. Enumerable.Range(0, 10).Select(i => Decoding("d" + i, 1000))];
        StepSums Steps(double stretch, double fill) => new(100, 100 * stretch * alone, (long)(100 * fill * 2048), 0, 1000, 1_000_000);

        // Rates as they are told: what steps took is not what is learnt from here.
        double Others(string worker) => scheduler.LastCosts[scheduler.Workers.Select(view => view.Id.Value).ToList().IndexOf(worker)].Terms[7];
        scheduler.Report(Report("crowded", 1, decoding) with { Steps = Steps(10, 0.2) }, default);
        scheduler.Report(Report("calm", 1, decoding) with { Steps = Steps(1, 0.2) }, default);
        scheduler.Place(Query("new", 2000), Match(125), default).Worker.Value.Should().Be("calm");
        Others("crowded").Should().BeGreaterThan(10 * Others("calm"));

        // Where all of a step is used for prompts, what comes next waits for its turn, and nobody has to be foreseen.
        scheduler.Report(Report("crowded", 2, decoding) with { Steps = Steps(10_000, 1) }, Seconds(1));
        scheduler.Place(Query("another", 2000), Match(125), Seconds(1));
        Others("crowded").Should().BeLessThan(2 * Others("calm"));
    }
}
