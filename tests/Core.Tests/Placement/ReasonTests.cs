using System.Globalization;
using System.Text.RegularExpressions;
using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>A reason names what decided, over generated decisions; of <c>e2</c> see <see cref="E2ReasonTests"/>.</summary>
public sealed partial class ReasonTests
{
    private const int Rounds = 500;

    private static readonly PolicyOptions Options = new();

    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void AReasonIsOneSentenceThatNamesTheChosenOneAndChangesNothing(string name)
    {
        IPlacementPolicy policy = PlacementPolicies.Create(name, Options);
        CultureInfo before = CultureInfo.CurrentCulture;
        var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (other.NumberFormat.NumberDecimalSeparator, other.NumberFormat.NumberGroupSeparator) = (";", "'");
        CultureInfo.CurrentCulture = other;
        try
        {
            foreach ((Scene scene, int chosen, CandidateCost[] costs, string reason) in Told(policy))
            {
                reason.Should().EndWith(".").And.NotContain(". ").And.NotContain("\n");
                Words().Matches(reason).Select(word => word.Value).Should().Contain(Name(scene, chosen));
                reason.Should().NotMatchRegex("[0-9][;'][0-9]", "numbers read the same everywhere");
                scene.Choose(policy, out CandidateCost[] again).Should().Be(chosen);
                again.Should().Equal(costs, (a, b) => a.Eligible == b.Eligible && a.Total == b.Total);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("marginal-cost")]
    [InlineData("dynamo-kv")]
    [InlineData("llm-d")]
    [InlineData("lmetric")]
    [InlineData("lmetric-norm")]
    [InlineData("ttft-greedy")]
    public void OfCostsTheTermIsNamedThatToldTheLeastFromTheNext(string name)
    {
        IPlacementPolicy policy = PlacementPolicies.Create(name, Options);
        int compared = 0;
        foreach ((Scene scene, int chosen, CandidateCost[] costs, string reason) in Told(policy))
        {
            CandidateCost[] others = [.. costs.Where((cost, i) => i != chosen && cost.Eligible)];
            if (others.Length == 0)
            {
                reason.Should().Contain(costs.Length > 1 ? "is the only one" : "is the only candidate");
                continue;
            }

            CandidateCost next = others.MinBy(cost => cost.Total);
            if (next.Total == costs[chosen].Total)
            {
                reason.Should().Contain($"takes its turn: {others.Count(cost => cost.Total == next.Total) + 1} candidates cost");
                continue;
            }

            double[] ahead = [.. Enumerable.Range(0, policy.Terms.Count).Select(term => Ahead(next.Terms[term], costs[chosen].Terms[term]))];
            Match told = Compared().Match(reason);
            told.Groups["next"].Value.Should().Be(Name(scene, Array.FindIndex(costs, cost => cost.Eligible && cost.Total == next.Total)));
            ahead[policy.Terms.ToList().IndexOf(told.Groups["term"].Value)].Should().Be(ahead.Max());
            compared++;
        }

        compared.Should().BeGreaterThan(Rounds / 2);

        double Ahead(double other, double own) => policy is LMetricPolicy ? other / own : other - own;
    }

    [Fact]
    public void ACheaperOneThatIsNotEligibleIsNamed()
    {
        GlobalScheduler scheduler = new(SmallOptions, new MarginalCostPolicy(Options));
        scheduler.AddWorker(Profile("old"), default);
        scheduler.Report(Report("old", 1, Waiting("long", 200_000)), Seconds(100));
        scheduler.AddWorker(Profile("new"), Seconds(100));
        int named = 0;
        for (int i = 0; i < 12; i++)
        {
            scheduler.Asked = new RequestId("r" + i);
            scheduler.Place(Query("r" + i, 100), Match(6), Seconds(100));
            string reason = scheduler.Explain(new RequestId("r" + i))!.Reason!;
            CandidateCost fresh = scheduler.LastCosts[1];
            bool isBarred = !fresh.Eligible && fresh.Total < scheduler.LastCosts[0].Total;
            reason.Contains("new at a cost of", StringComparison.Ordinal).Should().Be(isBarred);
            named += isBarred ? 1 : 0;
        }

        named.Should().BePositive();
    }

    [Fact]
    public void SglangNamesBalanceAffinityOrNeither()
    {
        var branches = new Dictionary<string, int>();
        foreach ((Scene scene, int chosen, _, string reason) in Told(new SglangCacheAwarePolicy(Options)))
        {
            int[] loads = [.. scene.Candidates.Select(candidate => candidate.Worker.Sequences)];
            int longest = scene.Candidates.Max(candidate => candidate.CachedTokens);
            string branch = loads.Max() - loads.Min() > 64 && loads.Max() > 1.5 * loads.Min() ? "Balance"
                : longest > 0.3 * scene.PromptTokens ? "Affinity"
                : "No affinity";
            reason.Should().StartWith(branch + ": ").And.Contain($"{loads[chosen]}");
            reason.Should().Contain(branch == "Balance" ? $"from {loads.Min()} to {loads.Max()} sequences" : $"{Told(longest)} of {Told(scene.PromptTokens)} tokens");
            branches[branch] = branches.GetValueOrDefault(branch) + 1;
        }

        branches.Should().HaveCount(3).And.OnlyContain(branch => branch.Value > 20);
    }

    [Fact]
    public void DualMapNamesItsTwoAndWhetherTheOneWithMoreIsWithinTheLimit()
    {
        var branches = new Dictionary<string, int>();
        foreach ((Scene scene, int chosen, CandidateCost[] costs, string reason) in Told(new DualMapPolicy(Options)))
        {
            // The two are told by their names alone where one of them is not eligible; what was cached where tells the branch.
            int[] pair = [.. Pair().Matches(reason).SelectMany(match => match.Groups.Values.Skip(1)).Select(name => int.Parse(name.Value[1..]))];
            string branch = scene.Input.Keys.IsEmpty ? "without keys"
                : scene.Candidates.Length == 1 ? "alone"
                : Cached(pair[0]) == Cached(pair[1]) ? "neither has more"
                : costs[pair[0]].Total > Options.DualMapSloTokens ? "beyond the limit of 16,384"
                : "within the limit of 16,384";
            reason.Should().Contain(branch);
            branches[branch] = branches.GetValueOrDefault(branch) + 1;
            if (pair.Length > 0)
            {
                pair.Should().Contain(chosen);
                costs.Where((cost, i) => cost.Eligible && !pair.Contains(i)).Should().BeEmpty();
                Cached(pair[0]).Should().BeGreaterThanOrEqualTo(Cached(pair[1]));
                bool isOwners = branch.StartsWith("within", StringComparison.Ordinal);
                costs[pair[1]].Eligible.Should().Be(!isOwners);
                costs[pair[0]].Eligible.Should().BeTrue();
            }

            int Cached(int worker) => scene.Candidates[worker].CachedTokens;
        }

        branches.Should().HaveCount(5).And.OnlyContain(branch => branch.Value > 10);
    }

    [Fact]
    public void ConsistentHashNamesTheOwnerOrThatThereWereNoKeys()
    {
        int owned = 0;
        foreach ((Scene scene, int chosen, CandidateCost[] costs, string reason) in Told(new ConsistentHashPolicy(Options)))
        {
            bool hasKeys = !scene.Input.Keys.IsEmpty;
            reason.Should().Contain(hasKeys ? $"tokens hash to {Name(scene, chosen)}, " : "without keys").And.Contain($"{costs[chosen].Total:0}");
            if (hasKeys)
            {
                reason.Should().StartWith($"The first {Told(Math.Min(1024, scene.Input.Keys.Length * 16))} tokens");
                owned++;
            }
        }

        owned.Should().BeInRange(Rounds / 4, Rounds - 20);
    }

    [Theory]
    [InlineData("least-load")]
    [InlineData("longest-prefix")]
    [InlineData("random")]
    [InlineData("round-robin")]
    public void OfOneNumberThatOfTheChosenOneIsToldAndWhoHasAsMuch(string name)
    {
        int turns = 0;
        foreach ((Scene scene, int chosen, CandidateCost[] costs, string reason) in Told(PlacementPolicies.Create(name, Options)))
        {
            int equals = costs.Count(cost => cost.Total == costs[chosen].Total);
            string number = name switch
            {
                "least-load" => $"fewest sequences, {scene.Candidates[chosen].Worker.Sequences}",
                "longest-prefix" when scene.Candidates[chosen].CachedTokens == 0 => "Nobody has any of the prompt cached, and w",
                "longest-prefix" => $"cached, {Told(scene.Candidates[chosen].CachedTokens)} of {Told(scene.PromptTokens)} tokens",
                "random" => string.Create(CultureInfo.InvariantCulture, $"drew {costs[chosen].Total:F4}, the {(costs.Length > 1 ? $"least of {costs.Length} lots" : "only lot")}."),
                _ when costs.Length == 1 => "By turns: w0 is the only candidate.",
                _ => $"of {costs.Length} candidates decision {scene.Decision} goes to number {scene.Decision % costs.Length}, from 0, which is {Name(scene, chosen)}",
            };
            reason.Should().Contain(number);
            if (name is "least-load" or "longest-prefix")
            {
                reason.Contains($"; {equals} are equal and take turns", StringComparison.Ordinal).Should().Be(equals > 1);
                turns += equals > 1 ? 1 : 0;
            }
        }

        turns.Should().BeInRange(name is "least-load" or "longest-prefix" ? 20 : 0, Rounds / 2);
    }

    /// <summary>Only the request that was asked about pays for words.</summary>
    [Fact]
    public void WhatWasNotAskedAboutHasNoReason()
    {
        GlobalScheduler scheduler = Scheduler("round-robin", Profile("a"), Profile("b"));
        scheduler.Asked = new RequestId("2");
        foreach (string id in (string[])["1", "2", "3"])
        {
            scheduler.Place(Query(id, 100), Match(6), default);
            (scheduler.Explain(new RequestId(id))!.Reason is not null).Should().Be(id == "2");
        }
    }

    private static IEnumerable<(Scene Scene, int Chosen, CandidateCost[] Costs, string Reason)> Told(IPlacementPolicy policy)
    {
        var random = new Random(21);
        for (int round = 0; round < Rounds; round++)
        {
            var scene = new Scene(random);
            int chosen = scene.Choose(policy, out CandidateCost[] costs);
            string reason = policy.Reason(scene.Input, costs, chosen);
            yield return (scene, chosen, costs, reason);

            // The next decision has other workers of the same names.
            Array.ForEach(scene.Candidates, candidate => (policy as IPlacementObserver)?.Left(candidate.Worker.Id));
        }
    }

    private static string Name(Scene scene, int candidate) => scene.Candidates[candidate].Worker.Id.Value;

    private static string Told(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bw\d+\b")]
    private static partial Regex Words();

    [GeneratedRegex("and the next, (?<next>w[0-9]+), [0-9,.]+, mostly by (?<term>[a-z-]+): ")]
    private static partial Regex Compared();

    [GeneratedRegex("hashes to (w[0-9]+) and (w[0-9]+)")]
    private static partial Regex Pair();
}
