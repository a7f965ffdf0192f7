using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What must hold of every decision, over generated clusters.</summary>
public sealed class PolicyInvariantTests
{
    private const int Rounds = 400;

    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("least-load")]
    [InlineData("sglang-cache-aware")]
    [InlineData("dynamo-kv")]
    [InlineData("llm-d")]
    [InlineData("lmetric")]
    [InlineData("lmetric-norm")]
    [InlineData("ttft-greedy")]
    public void WithEqualWorkersAndEmptyCachesTheLeastLoadedIsChosen(string policy)
    {
        var random = new Random(1);
        for (int round = 0; round < Rounds; round++)
        {
            int count = random.Next(2, 9);
            GlobalScheduler scheduler = Scheduler(policy, [.. Enumerable.Range(0, count).Select(i => Profile("w" + i))]);
            int[] loads = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 20))];
            int least = random.Next(count);
            loads[least] = 0;
            for (int i = 0; i < count; i++)
            {
                ReportedSequence One(string id) => random.Next(2) == 0 ? Waiting(id, 500) : Decoding(id, 500);
                scheduler.Report(Report("w" + i, 1, [.. Enumerable.Range(0, loads[i]).Select(k => One($"{i}.{k}"))]), default);
            }

            scheduler.Place(Query("new", random.Next(1, 20_000)), Match(1250), default).Worker.Value.Should().Be("w" + least);
        }
    }

    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("e2")]
    [InlineData("longest-prefix")]
    [InlineData("dynamo-kv")]
    [InlineData("llm-d")]
    [InlineData("lmetric")]
    [InlineData("lmetric-norm")]
    [InlineData("ttft-greedy")]
    public void WhenAllAreIdleTheOneThatHasThePrefixIsChosen(string policy)
    {
        var random = new Random(2);
        for (int round = 0; round < Rounds; round++)
        {
            int count = random.Next(2, 9);
            GlobalScheduler scheduler = Scheduler(policy, [.. Enumerable.Range(0, count).Select(i => Profile("w" + i))]);
            int pages = random.Next(2, 1000);
            string owner = "w" + random.Next(count);
            PrefixMatch match = Match(pages, (owner, random.Next(1, pages + 1)));
            scheduler.Place(Query("new", (pages * 16) + random.Next(16)), match, default).Worker.Value.Should().Be(owner);
        }
    }

    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("e2")]
    [InlineData("lmetric-norm")]
    [InlineData("ttft-greedy")]
    public void ScalingAllTimesLeavesTheChoiceUnchanged(string policy)
    {
        var random = new Random(4);
        for (int round = 0; round < Rounds; round++)
        {
            double factor = Math.Pow(10, (random.NextDouble() * 4) - 2);
            RandomCluster cluster = new(random, overflow: false);
            cluster.Choose(policy, 1).Should().Be(cluster.Choose(policy, factor));
        }
    }

    [Fact]
    public void OneImbalancedWorkerDoesNotChangeDecisionsBetweenTheOthers()
    {
        var random = new Random(5);
        int differing = 0;
        for (int round = 0; round < Rounds; round++)
        {
            RandomCluster cluster = new(random, overflow: true);
            string chosen = cluster.Choose("marginal-cost", 1);
            string hot = cluster.Names.First(name => name != chosen);
            cluster.Overload(hot);
            cluster.Choose("marginal-cost", 1).Should().Be(chosen, "the others are as before");

            // And when it is the chosen one that becomes hot, the next best of the others takes over, whoever that is.
            cluster.Overload(chosen);
            differing += cluster.Choose("marginal-cost", 1) != chosen ? 1 : 0;
        }

        differing.Should().Be(Rounds);
    }

    /// <summary>Nothing is cached, nobody is busy: also the fault that all misses go to the first worker (sglang #32983).</summary>
    [Theory]
    [MemberData(nameof(Policies.TakingTurns), MemberType = typeof(Policies))]
    public void EqualWorkersTakeTurns(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, [.. Enumerable.Range(0, 5).Select(i => Profile("w" + i))]);
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 100; i++)
        {
            string worker = scheduler.Place(Query("r" + i, 100), Match(6), Seconds(i * 1000)).Worker.Value;
            counts[worker] = counts.GetValueOrDefault(worker) + 1;
            scheduler.Complete(new RequestId("r" + i), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), Seconds(i * 1000));
        }

        counts.Values.Should().Equal(20, 20, 20, 20, 20);
    }

    [Fact]
    public void ForEqualWorkersTheNormalisedProductChoosesAsThePlainOne()
    {
        var random = new Random(8);
        for (int round = 0; round < Rounds; round++)
        {
            RandomCluster cluster = new(random, overflow: false, equal: true);
            cluster.Choose("lmetric-norm", 1).Should().Be(cluster.Choose("lmetric", 1));
        }
    }

    [Fact]
    public void TheSameInputIsTheSameChoice()
    {
        foreach (string policy in PlacementPolicies.Names)
        {
            for (int round = 0; round < 50; round++)
            {
                string Choice() => new RandomCluster(new Random(round), overflow: true).Choose(policy, 1);
                Choice().Should().Be(Choice());
            }
        }
    }

    private sealed class RandomCluster
    {
        private readonly Dictionary<string, (WorkerRates Rates, double RoundTrip, List<ReportedSequence> Sequences, int Pages)> workers = [];
        private readonly int prompt;
        private readonly int kvTokens;

        public RandomCluster(Random random, bool overflow, bool equal = false)
        {
            prompt = random.Next(16, 15_000);
            kvTokens = overflow ? 40_000 : 100_000_000;
            for (int i = random.Next(3, 8); i > 0; i--)
            {
                int pages = random.Next(2) * random.Next(prompt / 16);
                workers.Add("w" + i, (equal ? Fast : RandomRates(random), random.NextDouble() * 0.01, RandomSequences(random, $"w{i}."), pages));
            }
        }

        public IEnumerable<string> Names => workers.Keys;

        /// <summary>With what is computed before any newcomer, however much of that is cached.</summary>
        public void Overload(string worker) =>
            workers[worker].Sequences.AddRange(Enumerable.Range(0, 200).Select(i => Prefilling($"{worker}.hot{i}", 4000, 0)));

        public string Choose(string policy, double factor)
        {
            IEnumerable<WorkerProfile> profiles = workers.Select(
                worker => Profile(worker.Key, worker.Value.Rates.Times(factor), kvTokens, roundTrip: worker.Value.RoundTrip * factor));
            GlobalScheduler scheduler = Scheduler(policy, [.. profiles]);
            foreach ((string name, var worker) in workers)
            {
                scheduler.Report(Report(name, 1, [.. worker.Sequences]), default).Should().Be(ReportOutcome.Applied);
            }

            PrefixMatch match = Match(prompt / 16, [.. workers.Select(worker => (worker.Key, worker.Value.Pages))]);
            return scheduler.Place(Query("new", prompt), match, default).Worker.Value;
        }
    }
}
