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

    /// <summary>Both have as many sequences and rates that are known, but the steps of one take eight times as long as they would for one alone.</summary>
    [Fact]
    public void CrowdedStepsMakeComputingDearer()
    {
        var scheduler = new GlobalScheduler(SmallOptions with { CalibratesRates = false }, PlacementPolicies.Create("marginal-cost", new PolicyOptions()));
        scheduler.AddWorker(Profile("crowded"), default);
        scheduler.AddWorker(Profile("calm"), default);
        ReportedSequence[] decoding = [.. Enumerable.Range(0, 10).Select(i => Decoding("d" + i, 1000))];
        double alone = Fast.T0 + Fast.Gamma + (1000 * Fast.Delta);
        StepSums Steps(double stretch, int chunk) => new(100, 100 * stretch * alone, 100L * chunk, 0, 1000, 1_000_000);

        scheduler.Report(Report("crowded", 1, decoding) with { Steps = Steps(4, 800) }, default);
        scheduler.Report(Report("calm", 1, decoding) with { Steps = Steps(1, 0) }, default);
        scheduler.Place(Query("new", 2000), Match(125), default).Worker.Value.Should().Be("calm");
        double prefill = Fast.PrefillSeconds(2000, 0);
        Followers("crowded").Should().BeApproximately(10 * prefill * 0.5 * 3 * Math.Pow(1 - (800 / 2048.0), 3), 1e-9);
        Followers("calm").Should().Be(0);

        // Where all of a step is used for prompts, what comes next waits for its turn, and nobody has to be foreseen.
        scheduler.Report(Report("crowded", 2, decoding) with { Steps = Steps(1000, 1_000_000) }, Seconds(1));
        scheduler.Place(Query("another", 2000), Match(125), Seconds(1));
        Followers("crowded").Should().BeLessThan(1e-6);

        double Followers(string worker) => scheduler.LastCosts[scheduler.Workers.Select(view => view.Id.Value).ToList().IndexOf(worker)].Terms[7];
    }

    /// <summary>What is told of when the first token comes is what the choice went by.</summary>
    [Fact]
    public void ThePredictedFirstTokenPassesToo()
    {
        double Predicted(int groups)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", groups: groups));
            scheduler.Report(Report("a", 1, Decoding("d", 100), Waiting("w", 4000), Waiting("v", 1000)), default);
            return scheduler.Place(Query("new", 2000), Match(125, ("a", 120)), default).TtftSeconds;
        }

        double step = Fast.DecodeStepSeconds(1, 100);
        double own = Fast.PrefillSeconds(80, 1920) + step;
        Predicted(0).Should().BeApproximately(own + Fast.PrefillSeconds(4000, 0) + Fast.PrefillSeconds(1000, 0) + (3 * step), 1e-6);
        Predicted(10).Should().BeApproximately(own, 1e-6);
    }
}
