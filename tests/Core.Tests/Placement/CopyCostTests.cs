using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <c>marginal-cost</c> takes those to cost that follow with a prefix which some worker has: a copy is as good wherever less of it had to be computed.</summary>
public sealed class CopyCostTests
{
    private const int Pages = 500;
    private const int Held = 480;
    private const int Uses = 20;

    private static readonly PageKey[] Keys = [.. Enumerable.Range(1, Pages).Select(page => new PageKey((ulong)page))];

    /// <summary>Of what copies really cost, not of what is told of those that nobody weighs.</summary>
    [Fact]
    public void CostNeverRisesWithCachedTokensAndNeverFallsWithQueuedWorkWhileMoreFollow()
    {
        var random = new Random(11);
        int copies = 0;
        for (int round = 0; round < 150; round++)
        {
            WorkerProfile[] profiles = [Profile("a", RandomRates(random)), Profile("b", RandomRates(random)), Profile("c", RandomRates(random))];
            int waiting = random.Next(40);
            double gap = Math.Pow(10, (random.NextDouble() * 3) - 2);
            int other = random.Next(2) * random.Next(Held);
            List<ReportedSequence> load = RandomSequences(random, "b");

            CandidateCost Cost(int cached, IEnumerable<ReportedSequence> sequences)
            {
                GlobalScheduler scheduler = Followed(new MarginalCostPolicy(new PolicyOptions()) { PrunesCopies = false }, profiles, gap, ("a", Held));
                scheduler.Report(Report("a", 1, Queue(waiting)), Now(gap));
                scheduler.Report(Report("b", 1, [.. sequences]), Now(gap));
                scheduler.Place(Prompt("new"), Match(Pages, ("a", Held), ("b", cached), ("c", other)), Now(gap));
                return scheduler.LastCosts[1];
            }

            int[] cached = [0, .. Enumerable.Range(0, 6).Select(_ => random.Next(Pages)), Held - 1, Held, Held + 1];
            CandidateCost[] costs = [.. cached.Order().Select(pages => Cost(pages, load))];
            costs.Select(cost => cost.Total).Should().BeInDescendingOrder();
            Cost(cached[1], load.Append(Waiting("more", random.Next(1, 3000)))).Total.Should().BeGreaterThan(Cost(cached[1], load).Total);
            copies += costs[0].Terms[8] > 0 ? 1 : 0;
        }

        copies.Should().BeGreaterThan(100, "it is copies that are asked about");
    }

    /// <summary>Two idle workers, of which one has most of what a third holds: however that one is loaded, and however many follow, a copy is made where less is missing.</summary>
    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(4, 0.1)]
    [InlineData(10, 0.2)]
    [InlineData(40, 2)]
    [InlineData(200, 0.05)]
    public void ACopyIsMadeWhereLessOfItIsMissing(int waiting, double gap)
    {
        WorkerProfile[] profiles = [Profile("a"), Profile("b"), Profile("c")];
        GlobalScheduler scheduler = Followed(profiles, gap, ("a", Held), ("b", 400));
        scheduler.Report(Report("a", 1, Queue(waiting)), Now(gap));

        scheduler.Place(Prompt("new"), Match(Pages, ("a", Held), ("b", 400)), Now(gap)).Worker.Value.Should().Be(waiting == 0 ? "a" : "b");
        scheduler.LastCosts[1].Total.Should().BeLessThan(scheduler.LastCosts[2].Total);
    }

    /// <summary>Copies that are not weighed are of workers that would not have been chosen with them.</summary>
    [Fact]
    public void WhatIsLeftUnweighedChangesNoChoice()
    {
        var random = new Random(12);
        int elsewhere = 0;
        int left = 0;
        for (int round = 0; round < 3000; round++)
        {
            int workers = random.Next(2, 12);
            WorkerProfile[] profiles = [.. Enumerable.Range(0, workers).Select(i => Profile("w" + i, random.Next(3) == 0 ? RandomRates(random) : Fast))];
            double gap = Math.Pow(10, (random.NextDouble() * 4) - 3);
            double regret = random.Next(2) * random.NextDouble() * 0.6;
            int held = random.Next(100, Pages);
            (string, int)[] found = [.. Enumerable.Range(0, workers).Select(i => ("w" + i, i == 0 ? held : random.Next(2) * random.Next(held + 1)))];
            int output = random.Next(2) == 0 ? 1 : 100;
            int scene = random.Next();
            (int Chosen, CandidateCost[] Costs) pruned = Choose(prunes: true);
            (int Chosen, CandidateCost[] Costs) all = Choose(prunes: false);
            pruned.Chosen.Should().Be(all.Chosen);
            pruned.Costs[pruned.Chosen].Total.Should().Be(all.Costs[all.Chosen].Total);
            pruned.Costs.Zip(all.Costs).Should().OnlyContain(pair => pair.First.Total >= pair.Second.Total);
            elsewhere += all.Chosen > 0 ? 1 : 0;
            left += pruned.Costs.Zip(all.Costs).Count(pair => pair.First.Total > pair.Second.Total);

            (int, CandidateCost[]) Choose(bool prunes)
            {
                var loads = new Random(scene);
                GlobalScheduler scheduler = Followed(new MarginalCostPolicy(new PolicyOptions()) { PrunesCopies = prunes }, profiles, gap, found);
                for (int i = 0; i < workers; i++)
                {
                    scheduler.Report(Report("w" + i, 1, Load(loads, i)), Now(gap));
                }

                PrefixMatch match = Match(Pages, found);
                match.EvictionRegret = regret;
                WorkerId chosen = scheduler.Place(Prompt("new", output), match, Now(gap)).Worker;
                return (Array.FindIndex(profiles, profile => profile.Id == chosen), scheduler.LastCosts.ToArray());
            }

            // Nothing, a little of everything, or a queue that those with more cached pass.
            ReportedSequence[] Load(Random loads, int worker) => loads.Next(3) switch
            {
                0 => [],
                1 => [.. RandomSequences(loads, "w" + worker + ".")],
                _ => [.. Enumerable.Range(0, loads.Next(40)).Select(i => Waiting($"w{worker}.{i}", loads.Next(50, 4000), loads.Next(4000)))],
            };
        }

        elsewhere.Should().BeGreaterThan(100, "some copies are made");
        left.Should().BeGreaterThan(300, "some are left unweighed");
    }

    /// <summary>
    /// Where somebody waits whom those that follow will pass, as they have more cached by then, they may wait for less than this one does: a copy is weighed
    /// there although this one waits longer than for the owner.
    /// </summary>
    [Fact]
    public void AQueueThatThoseWhoFollowWillPassChangesNoChoice()
    {
        var random = new Random(13);
        int passed = 0;
        for (int round = 0; round < 1500; round++)
        {
            int workers = random.Next(2, 5);
            WorkerProfile[] profiles = [.. Enumerable.Range(0, workers).Select(i => Profile("w" + i))];
            double gap = Math.Pow(10, (random.NextDouble() * 2) - 2);
            (string, int)[] found = [("w0", Held), .. Enumerable.Range(1, workers - 1).Select(i => ("w" + i, random.Next(2) * random.Next(Held / 2)))];

            // The owner computes prompts, whom nobody passes; at the others prompts wait of which nothing is cached.
            ReportedSequence[][] loads = [.. Enumerable.Range(0, workers).Select(i => Enumerable.Range(0, random.Next(1, 9)).Select(k => i == 0
                ? Prefilling($"w{i}.{k}", random.Next(1000, 20_000), 0)
                : Waiting($"w{i}.{k}", random.Next(1000, 20_000))).ToArray())];
            (int Chosen, CandidateCost[] Costs) pruned = Choose(prunes: true);
            (int Chosen, CandidateCost[] Costs) all = Choose(prunes: false);
            pruned.Chosen.Should().Be(all.Chosen);
            pruned.Costs[pruned.Chosen].Total.Should().Be(all.Costs[all.Chosen].Total);
            CandidateCost copy = all.Costs[all.Chosen];
            passed += all.Chosen > 0 && copy.Terms[0] + copy.Terms[1] + copy.Terms[3] > all.Costs[0].Total - all.Costs[0].Terms[8] ? 1 : 0;

            (int, CandidateCost[]) Choose(bool prunes)
            {
                GlobalScheduler scheduler = Followed(new MarginalCostPolicy(new PolicyOptions()) { PrunesCopies = prunes }, profiles, gap, found);
                for (int i = 0; i < workers; i++)
                {
                    scheduler.Report(Report("w" + i, 1, loads[i]), Now(gap));
                }

                WorkerId chosen = scheduler.Place(Prompt("new"), Match(Pages, found), Now(gap)).Worker;
                return (Array.FindIndex(profiles, profile => profile.Id == chosen), scheduler.LastCosts.ToArray());
            }
        }

        passed.Should().BeGreaterThan(20, "some are copied to where this one waits longer than for the owner");
    }

    private static GlobalScheduler Followed(WorkerProfile[] profiles, double gap, params (string Worker, int Pages)[] found) =>
        Followed(new MarginalCostPolicy(new PolicyOptions()), profiles, gap, found);

    private static GlobalScheduler Followed(IPlacementPolicy policy, WorkerProfile[] profiles, double gap, params (string Worker, int Pages)[] found)
    {
        GlobalScheduler scheduler = Scheduler(policy, profiles);
        for (int i = 1; i <= Uses; i++)
        {
            scheduler.Place(Prompt("r" + i), Match(Pages, found), Seconds(gap * i));
            scheduler.Complete(new RequestId("r" + i), new CompletionFacts(CompletionOutcome.Completed, 0, 50, 0.5, 1), Seconds(gap * i));
        }

        return scheduler;
    }

    private static TimeSpan Now(double gap) => Seconds(gap * (Uses + 1));

    private static PlacementQuery Prompt(string id, int maxNewTokens = 100) => Query(id, Pages * 16, maxNewTokens) with { Keys = Keys };

    private static ReportedSequence[] Queue(int waiting) => [.. Enumerable.Range(0, waiting).Select(i => Waiting("q" + i, 2000))];
}
