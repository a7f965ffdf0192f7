using Preble.Core.Placement;
using Preble.Core.Placement.E2;

namespace Preble.Core.Tests.Placement;

/// <summary>What holds of rebalancing and replication whatever is sent, ends, joins and leaves.</summary>
public sealed class E2LawTests
{
    private static readonly CompletionOutcome[] Outcomes = Enum.GetValues<CompletionOutcome>();

    /// <summary>Every sum, link and bound is recomputed after each step, with limits small enough to be reached.</summary>
    [Theory]
    [InlineData(1, 40, 30, 20)]
    [InlineData(2, 200, 1000, 60)]
    [InlineData(3, 262_144, 65_536, 5)]
    [InlineData(4, 1, 1, 30)]
    public void WhateverHappensTheSumsAgreeAndTheBoundsHold(int seed, int windowMax, int awaitedMax, double window)
    {
        var random = new Random(seed);
        var options = new PolicyOptions
        {
            E2WindowSeconds = window,
            E2WindowRequestsMax = windowMax,
            E2AwaitedRequestsMax = awaitedMax,
            E2WarmUpRequests = 5,
            E2QueueSamplesMin = 2,
            E2QueueFloorSeconds = 0.01,
        };
        var cluster = new E2Cluster(options, workers: 3);
        var live = new List<string>();
        int moved = 0;
        int replicated = 0;
        for (int step = 0; step < 4000; step++)
        {
            Act(cluster, random, live, step);
            cluster.Policy.Adjustment!.CheckIntegrity();
            cluster.Ledger.Requests.Should().BeLessThanOrEqualTo(windowMax);
            moved += cluster.Ledger.Portions.All.Count(portion => portion.Members == 1);
            replicated += cluster.Ledger.Portions.All.Count(portion => portion.Members > 1);
        }

        cluster.Check();
        if (windowMax > 1)
        {
            moved.Should().BePositive("otherwise nothing was tried");
            replicated.Should().BePositive("otherwise nothing was tried");
        }

        // What is remembered goes with the window, however much there was.
        cluster.Now += window;
        cluster.Send(E2Cluster.Path((999, 3)));
        (cluster.Ledger.Requests, cluster.Ledger.Portions.Count, cluster.Ledger.Branches.Count).Should().Be((1, 0, 0));
        cluster.Ledger.Workers.All.Sum(worker => worker.Load).Should().BePositive();
        cluster.Check();
    }

    [Fact]
    public void WithoutAWorkerNothingIsRememberedOfIt()
    {
        var random = new Random(7);
        var cluster = new E2Cluster(new PolicyOptions { E2WarmUpRequests = 2 }, workers: 4);
        for (int i = 0; i < 500; i++)
        {
            cluster.Now += 0.1;
            cluster.Send(RandomPath(random));
        }

        for (int i = 0; i < 4; i++)
        {
            cluster.Leave("w" + i);
            cluster.Check();
            cluster.Ledger.Sent.Should().NotContain(sent => sent.Worker.View.Id == new WorkerId("w" + i));
        }

        (cluster.Ledger.Requests, cluster.Ledger.Portions.Count, cluster.Ledger.Branches.Count, cluster.Ledger.Workers.Count).Should().Be((0, 0, 0, 0));
    }

    [Fact]
    public void ChoosingTwiceIsTheSameChoiceAndChangesNothing()
    {
        var random = new Random(5);
        var twice = new AskedTwice(new E2Policy(new PolicyOptions { E2WarmUpRequests = 3, E2WindowSeconds = 30, E2QueueSamplesMin = 2, E2QueueFloorSeconds = 0 }));
        GlobalScheduler scheduler = Given.Scheduler(twice, [.. Enumerable.Range(0, 5).Select(i => Given.Profile("w" + i))]);
        var tree = new PrefixTree(new PrefixTreeOptions());
        foreach (WorkerView worker in scheduler.Workers)
        {
            tree.AddWorker(worker.Id, 25_000);
        }

        var match = new PrefixMatch();
        for (int i = 0; i < 3000; i++)
        {
            TimeSpan now = Given.Seconds(i * 0.05);
            PageKey[] keys = RandomPath(random);
            tree.Match(keys, match, now, forecastEvictions: true);
            var id = new RequestId("r" + i);
            PlacementResult placed = scheduler.Place(new PlacementQuery(id, (keys.Length * 16) + 8, 20) { Keys = keys }, match, now);
            tree.Promise(placed.Worker, keys, id, now);
            var facts = new CompletionFacts(CompletionOutcome.Completed, 0, 20, random.NextDouble() * i * 0.01, 1);
            scheduler.Complete(id, facts, now).Should().BeTrue();
        }

        twice.Asked.Should().Be(3000);
    }

    [Fact]
    public void ThePathEndsWhereOtherPromptsLeaveIt()
    {
        var random = new Random(11);
        var tree = new PrefixTree(new PrefixTreeOptions());
        tree.AddWorker(new WorkerId("a"), 25_000);
        var match = new PrefixMatch();
        var known = new List<PageKey[]>();
        for (int i = 0; i < 300; i++)
        {
            PageKey[] prompt = RandomPath(random);
            tree.Match(prompt, match, default);
            int[] common = [.. known.Select(other => other.AsSpan().CommonPrefixLength(prompt)).Where(pages => pages > 0).Distinct().Order()];
            match.PathEnds.ToArray().Should().Equal(common);
            tree.Promise(new WorkerId("a"), prompt, null, default);
            known.Add(prompt);
        }
    }

    /// <summary>The paper's definition, naively: a node is key if its tokens exceed all above it together, and the deepest one counts.</summary>
    [Fact]
    public void TheKeyPortionIsTheDeepestNodeLargerThanAllAboveIt()
    {
        var random = new Random(3);
        int none = 0;
        for (int round = 0; round < 5000; round++)
        {
            int[] ends = RandomEnds(random);
            int pages = (ends.Length == 0 ? 0 : ends[^1]) + random.Next(3);
            int tokens = (pages * 16) + random.Next(1, 200);
            var own = new List<int>();
            for (int i = 0; i < ends.Length; i++)
            {
                own.Add(16 * (ends[i] - (i > 0 ? ends[i - 1] : 0)));
            }

            int rest = tokens - own.Sum();
            if (rest > 0)
            {
                own.Add(rest);
            }

            int key = Enumerable.Range(0, own.Count).Last(i => own[i] > own.Take(i).Sum());
            KeyPath expected = key == ends.Length ? default : new KeyPath(ends[key], own.Count - 1 - key);
            KeyPath.Of(Input(ends, tokens, pages)).Should().Be(expected);
            none += expected == default ? 1 : 0;
        }

        none.Should().BeInRange(500, 4500);
    }

    private static PlacementInput Input(int[] ends, int tokens, int pages) => new()
    {
        Request = new RequestId("r"),
        PromptTokens = tokens,
        Keys = new PageKey[pages],
        PathEnds = ends,
        PageTokens = 16,
        EvictionRegret = 0,
        SharedTokens = 0,
        Choices = 1,
        OutputTokens = 1,
        UnderWayTokens = 1,
        Candidates = [],
        Decision = 0,
        Now = default,
    };

    private static int[] RandomEnds(Random random)
    {
        int at = 0;
        return [.. Enumerable.Range(0, random.Next(6)).Select(_ => at += random.Next(1, 1 << random.Next(1, 7)))];
    }

    /// <summary>A system prompt, one of a few tools, and a question, some of which come again or go on.</summary>
    private static PageKey[] RandomPath(Random random)
    {
        int tool = (int)(10 * random.NextDouble() * random.NextDouble());
        (int, int)[] parts = [(1, 4), (100 + tool, 6 + (5 * tool)), (1000 + random.Next(40), random.Next(1, 5)), (2000 + random.Next(3), 2), (3000, 1), (4000, 1)];
        return E2Cluster.Path(parts[..random.Next(1, parts.Length + 1)]);
    }

    private static void Act(E2Cluster cluster, Random random, List<string> live, int step)
    {
        cluster.Now += random.Next(50) == 0 ? random.NextDouble() * 20 : random.NextDouble() * 0.1;
        string worker = "w" + random.Next(6);
        switch (random.Next(40))
        {
            case 0:
                cluster.Join(worker);
                break;
            case 1 when cluster.Scheduler.Workers.Count > 1:
                cluster.Leave(worker);
                break;
            case 2:
                cluster.Tree.Evict(new WorkerId(worker), RandomPath(random), random.Next(12));
                break;
            case < 16 when live.Count > 0:
                int at = random.Next(live.Count);
                double? ttft = random.Next(12) switch { 0 => null, 1 => double.NaN, 2 => -1, _ => random.NextDouble() * (step % 500) * 0.02 };
                cluster.End(live[at], ttft, random.Next(4) == 0 ? Outcomes[random.Next(Outcomes.Length)] : CompletionOutcome.Completed);
                live.RemoveAt(at);
                break;
            default:
                string placed = random.Next(8) == 0 ? cluster.Send(RandomPath(random), worker) : cluster.Send(RandomPath(random));
                if (placed.Length > 0 && live.Count < 300)
                {
                    live.Add(cluster.LastId);
                }

                break;
        }
    }

    private sealed class AskedTwice(E2Policy policy) : IPlacementPolicy, IPlacementObserver
    {
        public int Asked { get; private set; }

        public string Name => policy.Name;

        public IReadOnlyList<string> Terms => policy.Terms;

        public bool WantsEvictions => policy.WantsEvictions;

        public bool WantsPath => policy.WantsPath;

        public int Choose(in PlacementInput input, Span<CandidateCost> costs)
        {
            int first = policy.Choose(input, costs);
            CandidateCost[] table = costs.ToArray();
            policy.Adjustment!.CheckIntegrity();
            policy.Choose(input, costs).Should().Be(first);
            costs.ToArray().Should().Equal(table, (a, b) => a.Eligible == b.Eligible && a.Total == b.Total);
            costs[first].Eligible.Should().BeTrue();
            Asked++;
            return first;
        }

        public void Placed(in PlacementInput input, int chosen) => policy.Placed(input, chosen);

        public void Ended(RequestId request, WorkerId worker, in CompletionFacts facts, TimeSpan now) => policy.Ended(request, worker, facts, now);

        public void Left(WorkerId worker) => policy.Left(worker);
    }
}
