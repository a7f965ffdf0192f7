using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <see cref="IPlacementPolicy"/> asks of every policy, over generated decisions.</summary>
public sealed class EveryPolicyTests
{
    private const int Rounds = 300;

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void AnEligibleCandidateIsChosenAndEveryRowIsFilled(string name)
    {
        IPlacementPolicy policy = Create(name);
        var random = new Random(1);
        for (int round = 0; round < Rounds; round++)
        {
            var scene = new Scene(random);
            int chosen = scene.Choose(policy, out CandidateCost[] costs);
            chosen.Should().BeInRange(0, costs.Length - 1);
            costs[chosen].Eligible.Should().BeTrue();
            foreach (CandidateCost cost in costs)
            {
                double.IsFinite(cost.Total).Should().BeTrue();
                cost.Total.Should().BeGreaterThanOrEqualTo(0, "what stood there before is gone");
                CostTerms terms = cost.Terms;
                ((ReadOnlySpan<double>)terms)[..policy.Terms.Count].ToArray().All(double.IsFinite).Should().BeTrue();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void TheTermsMakeTheTotal(string name)
    {
        IPlacementPolicy policy = Create(name);
        var random = new Random(2);
        for (int round = 0; round < Rounds; round++)
        {
            new Scene(random).Choose(policy, out CandidateCost[] costs);
            foreach (CandidateCost cost in costs)
            {
                CostTerms all = cost.Terms;
                double[] terms = ((ReadOnlySpan<double>)all)[..policy.Terms.Count].ToArray();
                double made = policy is LMetricPolicy ? terms.Aggregate((left, right) => left * right) : terms.Sum();
                cost.Total.Should().BeApproximately(made, 1e-9 * Math.Max(1, Math.Abs(made)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies.Comparing), MemberType = typeof(Policies))]
    public void TheLeastOfTheEligibleIsChosen(string name)
    {
        IPlacementPolicy policy = Create(name);
        var random = new Random(3);
        for (int round = 0; round < Rounds; round++)
        {
            int chosen = new Scene(random).Choose(policy, out CandidateCost[] costs);
            costs[chosen].Total.Should().Be(costs.Where(cost => cost.Eligible).Min(cost => cost.Total));
        }
    }

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void ChoosingIsDeterministicAndChangesNothing(string name)
    {
        IPlacementPolicy policy = Create(name);
        IPlacementPolicy again = Create(name);
        var random = new Random(4);
        for (int round = 0; round < Rounds; round++)
        {
            var scene = new Scene(random);
            int chosen = scene.Choose(policy, out _);
            scene.Choose(policy, out _).Should().Be(chosen);
            scene.Choose(again, out _).Should().Be(chosen);
            Tell(policy as IPlacementObserver);
            Tell(again as IPlacementObserver);

            // The next decision has other workers of the same names.
            void Tell(IPlacementObserver? observer)
            {
                observer?.Placed(scene.Input, chosen);
                foreach (Candidate candidate in scene.Candidates)
                {
                    observer?.Left(candidate.Worker.Id);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies.Comparing), MemberType = typeof(Policies))]
    public void TheOrderOfTheCandidatesDoesNotMatter(string name)
    {
        IPlacementPolicy policy = Create(name);
        var random = new Random(5);
        for (int round = 0; round < Rounds; round++)
        {
            var scene = new Scene(random);
            WorkerId[] best = Best();
            random.Shuffle(scene.Candidates);
            Best().Should().BeEquivalentTo(best);

            WorkerId[] Best()
            {
                scene.Choose(policy, out CandidateCost[] costs);
                double least = costs.Where(cost => cost.Eligible).Min(cost => cost.Total);
                return [.. scene.Candidates.Where((_, i) => costs[i].Eligible && costs[i].Total == least).Select(candidate => candidate.Worker.Id)];
            }
        }
    }

    /// <summary>A candidate that loses and whose numbers are no yardstick for the others' is as good as absent.</summary>
    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("least-load")]
    [InlineData("longest-prefix")]
    [InlineData("consistent-hash")]
    [InlineData("dynamo-kv")]
    [InlineData("lmetric")]
    [InlineData("lmetric-norm")]
    [InlineData("ttft-greedy")]
    [InlineData("dualmap")]
    public void WithoutALoserTheChoiceIsTheSame(string name)
    {
        IPlacementPolicy policy = Create(name);
        var random = new Random(6);
        int compared = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var scene = new Scene(random, workers: random.Next(2, 9));
            int chosen = scene.Choose(policy, out CandidateCost[] costs);
            WorkerId winner = scene.Candidates[chosen].Worker.Id;
            int[] losers = [.. Enumerable.Range(0, costs.Length).Where(i => !costs[i].Eligible || costs[i].Total > costs[chosen].Total)];

            // Where two workers hash to one prompt, it is the pair that decides.
            losers = policy is DualMapPolicy ? [.. losers.Where(i => !costs[i].Eligible && costs.Count(cost => cost.Eligible) == 2)] : losers;
            if (losers.Length == 0 || costs.Count(cost => cost.Eligible && cost.Total == costs[chosen].Total) > 1)
            {
                continue;
            }

            compared++;
            int gone = losers[random.Next(losers.Length)];
            scene.Candidates = [.. scene.Candidates.Where((_, i) => i != gone)];
            scene.Candidates[scene.Choose(policy, out _)].Worker.Id.Should().Be(winner);
        }

        compared.Should().BeGreaterThan(Rounds / 20);
    }

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void WorkersThatAreExcludedOrFullAreNotChosen(string name)
    {
        GlobalScheduler scheduler = Scheduler(name, [.. Enumerable.Range(0, 5).Select(i => Profile("w" + i, waitingMax: 20))]);
        var random = new Random(7);
        for (int i = 0; i < 60; i++)
        {
            PageKey[] keys = ToyCluster.Prompt(common: 80, own: 40, unique: random.Next(10));
            string excluded = "w" + random.Next(5);
            var query = new PlacementQuery(new RequestId("r" + i), 1920, 10, 1, new[] { new WorkerId(excluded) }) { Keys = keys };
            PlacementResult placed = scheduler.Place(query, Match(120, (excluded, 100)), default);
            placed.Outcome.Should().Be(PlacementOutcome.Placed);
            placed.Worker.Value.Should().NotBe(excluded);
            scheduler.Workers.Should().OnlyContain(worker => worker.Waiting <= 20);
        }
    }

    [Fact]
    public void LotsAreEvenAndFollowTheSeed()
    {
        int[] Counts(int seed)
        {
            var scheduler = new GlobalScheduler(SmallOptions, PlacementPolicies.Create("random", new PolicyOptions { Seed = seed }));
            Enumerable.Range(0, 4).Select(i => scheduler.AddWorker(Profile("w" + i, waitingMax: 9999), default)).Count().Should().Be(4);
            string[] chosen = [.. Enumerable.Range(0, 4000).Select(i => scheduler.Place(Query("r" + i, 100), Match(6), default).Worker.Value)];
            return [.. chosen.CountBy(worker => worker).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        }

        Counts(1).Should().OnlyContain(count => count > 900 && count < 1100).And.Equal(Counts(1)).And.NotEqual(Counts(2));
    }

    private static IPlacementPolicy Create(string name) => PlacementPolicies.Create(name, new PolicyOptions());
}
