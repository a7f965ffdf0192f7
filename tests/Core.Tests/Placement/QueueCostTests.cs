using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <c>marginal-cost</c> makes of a worker's queue order.</summary>
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
        Wait(120, 0, 10).Should().BeApproximately(Wait(120, 0, 0) / 30, 1e-3, "a slot of the round that goes on");
        Wait(60, 1900, 10).Should().Be(Wait(60, 1900, 0));
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
        Predicted(10).Should().BeApproximately(own + Fast.PrefillSeconds(4000, 0) + (2 * step), 1e-6, "one of the two has a slot in the round that goes on");
    }

    /// <summary>What was preempted goes first, whatever is cached for it: nobody passes it.</summary>
    [Fact]
    public void WhoWasPreemptedIsNotPassed()
    {
        double Wait(int generated)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
            scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 30).Select(i => Waiting("w" + i, 2000) with { Generated = generated })]), default);
            scheduler.Place(Query("new", 2000), Match(125, ("a", 120)), default);
            return scheduler.LastCosts[0].Terms[1];
        }

        Wait(generated: 5).Should().BeGreaterThan(20 * Wait(generated: 0));
    }

    /// <summary>
    /// A prompt that only expects to be cached, as another that is on its way computes it, does not pass those who wait before that one: it is not cached yet.
    /// </summary>
    [Fact]
    public void WhatIsOnlyPromisedPassesNobody()
    {
        PlacementResult Place(int heldPages)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
            scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 20).Select(i => Waiting("o" + i, 4000, 4000))]), default);
            var match = new PrefixMatch();
            match.Reset(250);
            match.Add(new WorkerMatch(new WorkerId("a"), heldPages, 249, default));
            return scheduler.Place(Query("sibling", 4000), match, default);
        }

        double behindAll = 20 * Fast.PrefillSeconds(4000, 4000);
        Place(heldPages: 0).TtftSeconds.Should().BeGreaterThan(behindAll);
        Place(heldPages: 249).TtftSeconds.Should().BeLessThan(behindAll / 2);
    }
}
