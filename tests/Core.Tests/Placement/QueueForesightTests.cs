using Preble.Core.Placement;
using Preble.Core.Serving;

namespace Preble.Core.Tests.Placement;

/// <summary>Whom a newcomer passes is what the queue itself, a <see cref="PriorityGroupsOrder"/>, then does.</summary>
public sealed class QueueForesightTests
{
    private const int Prompt = 1000;

    /// <summary>
    /// Random queues and newcomers, in the middle of any round. All of a group are alike, as only sums and means are known of them. Nobody is foreseen to be
    /// passed who will not be; and over all, most are who will be.
    /// </summary>
    [Fact]
    public void NobodyIsForeseenToBePassedWhoTheQueueServesFirst()
    {
        var random = new Random(11);
        double allForeseen = 0;
        double allServed = 0;
        for (int round = 0; round < 4000; round++)
        {
            int groups = random.Next(1, 12);
            int[] waiting = [.. Enumerable.Range(0, groups).Select(_ => random.Next(3) == 0 ? 0 : random.Next(25))];
            int own = random.Next(groups);
            double foreseen = Foresee(groups, waiting).PassedBy(Prompt - Missed(own, groups), Prompt).PrefillTokens;
            long served = TokensServedAfter(own, groups, waiting, admittedBefore: random.Next(2) * random.Next(200));
            foreseen.Should().BeLessThanOrEqualTo(served + 1e-6);
            allForeseen += foreseen;
            allServed += served;
        }

        (allForeseen / allServed).Should().BeGreaterThan(0.5);
    }

    [Fact]
    public void WithMoreCachedNobodyPassesFewer()
    {
        var random = new Random(12);
        for (int round = 0; round < 500; round++)
        {
            int groups = random.Next(1, 12);
            QueueForesight queue = Foresee(groups, [.. Enumerable.Range(0, groups).Select(_ => random.Next(30))]);
            Passed[] passed = [.. Enumerable.Range(0, Prompt).Select(cached => queue.PassedBy(cached, Prompt))];
            passed.Select(one => one.PrefillTokens).Should().BeInAscendingOrder();
            passed.Select(one => one.PrefillSeconds).Should().BeInAscendingOrder();
        }
    }

    /// <summary>Whoever waits as well, and however much he misses: what is before a newcomer does not shrink.</summary>
    [Fact]
    public void NobodyIsServedSoonerForMoreThatWaits()
    {
        var random = new Random(13);
        for (int round = 0; round < 2000; round++)
        {
            int groups = random.Next(1, 12);
            var queue = new QueueForesight(groups);
            LoadSums all = default;
            LoadSums Any()
            {
                int prompt = random.Next(1, 20_000);
                int missed = random.Next(1, prompt + 1);
                return Load(prompt - missed, prompt: prompt) with { PrefillNanoseconds = missed * (long)random.Next(10_000, 100_000) };
            }

            for (int i = random.Next(40); i > 0; i--)
            {
                LoadSums one = Any();
                queue.Learn(Any());
                queue.Add(one);
                all.Add(one);
            }

            int cachedOfNewcomer = random.Next(Prompt);
            (double Tokens, double Seconds) before = Ahead();
            LoadSums more = Any();
            queue.Add(more);
            all.Add(more);
            Ahead().Tokens.Should().BeGreaterThanOrEqualTo(before.Tokens);
            Ahead().Seconds.Should().BeGreaterThanOrEqualTo(before.Seconds - 1e-9);

            (double Tokens, double Seconds) Ahead()
            {
                Passed passed = queue.PassedBy(cachedOfNewcomer, Prompt);
                return (all.PrefillTokens - passed.PrefillTokens, (all.PrefillNanoseconds * 1e-9) - passed.PrefillSeconds);
            }
        }
    }

    /// <summary>Of a request whose first choice is being computed, the others wait, but for nothing that could be passed; nor can one that ran before.</summary>
    [Fact]
    public void WhatRunsOrRanIsNotPassed()
    {
        var queue = new QueueForesight(10);
        queue.Add(Load(cached: 0, sequences: 2) with { Queued = 1 });
        queue.Add(Load(cached: 0) with { Queued = 0 });
        queue.PassedBy(Prompt - 1, Prompt).Should().Be(default(Passed));
    }

    [Fact]
    public void InOrderOfArrivalNobodyPassesAnybody()
    {
        QueueForesight queue = Foresee(0, 40);
        queue.PassedBy(Prompt - 1, Prompt).Should().Be(default(Passed));
    }

    /// <summary>What was added and taken away leaves no trace; the choices of a request are one prompt in one group.</summary>
    [Fact]
    public void WhatGoesLeavesNothingBehind()
    {
        var queue = new QueueForesight(10);
        LoadSums four = Load(cached: 900, sequences: 4);
        queue.Add(four);
        queue.PassedBy(Prompt - 1, Prompt).PrefillTokens.Should().Be(0, "nine slots take four in the first round");
        queue.Add(Load(cached: 0));
        queue.Add(Load(cached: 0));
        queue.PassedBy(900, Prompt).Should().Be(new Passed(Prompt, 1), "one of the two has a slot in the round that goes on");
        queue.Subtract(Load(cached: 0));
        queue.Subtract(four);
        queue.Subtract(Load(cached: 0));
        queue.IsSameAs(new QueueForesight(10)).Should().BeTrue();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(PriorityGroups.CountMax + 1)]
    public void AWorkerHasNoMoreGroupsThanAQueueMayHave(int groups)
    {
        Action joins = () => Given.Scheduler("marginal-cost", Given.Profile("a", groups: groups));
        joins.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*PriorityGroups*");
    }

    private static QueueForesight Foresee(int groups, params int[] waiting)
    {
        var queue = new QueueForesight(groups);
        for (int group = 0; group < waiting.Length; group++)
        {
            for (int i = 0; i < waiting[group]; i++)
            {
                queue.Learn(Load(Prompt - Missed(group, groups)));
                queue.Add(Load(Prompt - Missed(group, groups)));
            }
        }

        return queue;
    }

    /// <summary>Tokens that prompts of a group miss: at least one, so that none is of the highest group.</summary>
    private static int Missed(int group, int groups) => Prompt - (groups == 0 ? 0 : ((Prompt * group) + groups - 1) / groups);

    private static LoadSums Load(int cached, int sequences = 1, int prompt = Prompt) => new()
    {
        Sequences = sequences,
        Waiting = sequences,
        Queued = sequences,
        ContextTokens = sequences * prompt,
        CachedTokens = sequences * cached,
        PrefillTokens = prompt - cached,
        PrefillNanoseconds = (prompt - cached) * 1_000_000L,
    };

    /// <summary>Lets the queue itself, which may have served others like these before, serve all, the newcomer behind the others of its group.</summary>
    private static long TokensServedAfter(int own, int groups, int[] waiting, int admittedBefore)
    {
        var order = new PriorityGroupsOrder(groups);
        QueueCandidate[] others = [.. Enumerable.Range(0, groups).Where(group => waiting[group] > 0).Select(group => new QueueCandidate(Prompt, Prompt - Missed(group, groups)))];
        for (int i = 0; i < admittedBefore && others.Length > 0; i++)
        {
            order.Admitted(others[order.Next(others)]);
        }

        List<(QueueCandidate Candidate, bool IsNew)> queue = [];
        for (int group = 0; group < waiting.Length; group++)
        {
            for (int i = 0; i < waiting[group]; i++)
            {
                queue.Add((new QueueCandidate(Prompt, Prompt - Missed(group, groups)), false));
            }
        }

        queue.Add((new QueueCandidate(Prompt, Prompt - Missed(own, groups)), true));
        while (true)
        {
            int next = order.Next(queue.Select(one => one.Candidate).ToArray());
            (QueueCandidate candidate, bool isNew) = queue[next];
            order.Admitted(candidate);
            queue.RemoveAt(next);
            if (isNew)
            {
                return queue.Sum(one => (long)one.Candidate.ContextTokens - one.Candidate.CachedTokens);
            }
        }
    }
}
