using Preble.Core.Serving;

namespace Preble.Core.Tests.Serving;

/// <summary>Laws over long random runs; the rig checks integrity, budget, decode-first, events and every token after every step.</summary>
public sealed class LocalSchedulerLawTests
{
    // seed, steps, pages, page tokens, step tokens, running, order, cached, growth, passed over
    public static TheoryData<int, int, int, int, int, int, string, bool, int, int> Runs => new()
    {
        { 1, 10_000, 40, 4, 32, 8, "priority-groups", true, 8, 16 },
        { 2, 10_000, 26, 4, 16, 6, "fcfs", true, 0, 16 },
        { 3, 10_000, 26, 4, 16, 6, "priority-groups", false, 4, 4 },
        { 4, 3_000, 400, 4, int.MaxValue, 16, "priority-groups", true, 16, 256 },
        { 5, 3_000, 110, 1, 7, 7, "priority-groups", true, 0, 2 },
        { 6, 3_000, 7, 16, 5, 5, "fcfs", true, 0, 0 },
        { 7, 3_000, 30, 4, 1, 3, "priority-groups", true, 2, 8 },
        { 8, 3_000, 1, 100, 64, 4, "priority-groups", true, 0, 8 },
        { 9, 3_000, 60, 3, 64, 64, "fcfs", false, 32, 8 },
        { 10, 5_000, 40, 4, 32, 8, "longest-prefix", true, 8, 16 },
        { 11, 5_000, 26, 4, 16, 6, "k-lpm", true, 0, 3 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void EverySequenceEndsOnceWithTheTokensItWouldHaveAlone(
        int seed,
        int steps,
        int pages,
        int pageTokens,
        int stepTokens,
        int running,
        string order,
        bool cached,
        int growth,
        int passedOver)
    {
        var options = new LocalSchedulerOptions
        {
            StepTokensMax = stepTokens,
            RunningSequencesMax = running,
            WaitingSequencesMax = 12,
            Order = order,
            GrowthTokensReserved = growth,
            PassedOverMax = passedOver,
        };
        Rig rig = Run(new Random(seed), steps, options, pages, pageTokens, cached);
        if (pages < 50 && growth < 4 && running > 3 && pages > 1) rig.Preemptions.Should().BePositive("the run must meet what it is to test");
        if (cached && pages > 1) rig.CachedTokens.Should().BePositive();
    }

    [Fact]
    public void WhateverTheLimitsAre()
    {
        for (int seed = 1000; seed < 1100; seed++)
        {
            var random = new Random(seed);
            var options = new LocalSchedulerOptions
            {
                StepTokensMax = 1 << random.Next(8),
                RunningSequencesMax = random.Next(1, 12),
                WaitingSequencesMax = random.Next(1, 16),
                WholePrompts = seed % 3 == 0,
                PrefillsAlone = seed % 5 < 2,
                PriorityGroups = random.Next(1, 12),
                GrowthTokensReserved = random.Next(2) * random.Next(40),
                PassedOverMax = random.Next(20),
                Order = QueueOrders.Names[random.Next(QueueOrders.Names.Count)],
            };
            Run(random, 200, options, pages: random.Next(2, 70), pageTokens: random.Next(1, 9), cached: random.Next(5) > 0);
        }
    }

    [Theory]
    [InlineData("fcfs", true, 1)]
    [InlineData("priority-groups", true, 3)]
    [InlineData("priority-groups", false, 17)]
    [InlineData("priority-groups", true, 1_000)]
    public void PrefillIsCutIntoAnyChunks(string order, bool cached, int stepTokens)
    {
        var rig = new Rig(new LocalSchedulerOptions { StepTokensMax = stepTokens, Order = order }, cached: cached);
        int largest = 0;
        rig.Forward.OnForward = tokens => largest = Math.Max(largest, tokens);
        for (int i = 0; i < 6; i++) rig.Submit([.. Enumerable.Range(0, 20 + i).Select(t => (t * 7) % 24)], samplerSeed: i);
        rig.RunToEnd();
        rig.ShouldHoldNothing();
        largest.Should().BeLessThanOrEqualTo(stepTokens);
        if (stepTokens < 20) largest.Should().Be(stepTokens, "the budget is used");
    }

    private static Rig Run(Random random, int steps, LocalSchedulerOptions options, int pages, int pageTokens, bool cached)
    {
        var rig = new Rig(options, pages, pageTokens, contextTokensMax: 120, cached);
        var prompts = new PromptSource(random, pageTokens);
        for (int i = 0; i < steps; i++)
        {
            if (rig.LiveCount < 20 && random.Next(3) == 0) Arrive(random, rig, prompts);
            if (random.Next(40) == 0 && rig.LiveCount > 0) rig.Cancel(rig.Live.ElementAt(random.Next(rig.Live.Count()))).Should().BePositive();
            if (random.Next(500) == 0 && rig.Scheduler.Counts.Running > 0) rig.FailingStep(new InvalidOperationException("The device is lost."));
            else rig.Step();
        }

        rig.RunToEnd();
        rig.ShouldHoldNothing();
        return rig;
    }

    private static void Arrive(Random random, Rig rig, PromptSource prompts)
    {
        RequestId id = rig.NewId();
        (int[] tokens, ulong tenant) = prompts.Next();
        int choices = random.Next(5) == 0 ? 3 : 1;
        int maxNew = random.Next(45);
        int before = random.Next(6) == 0 ? random.Next(20) : 0;
        for (int choice = 0; choice < choices; choice++)
        {
            SubmitOutcome outcome = rig.Submit(tokens, maxNew, id, choice, tenant, random.Next(), before);
            outcome.Should().BeOneOf(SubmitOutcome.Accepted, SubmitOutcome.QueueFull, SubmitOutcome.PromptTooLong, SubmitOutcome.NothingToGenerate);
            (outcome == SubmitOutcome.PromptTooLong).Should().Be(tokens.Length >= rig.Scheduler.SequenceTokensMax);
        }
    }
}
