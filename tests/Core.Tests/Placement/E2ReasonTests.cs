using System.Globalization;
using System.Text.RegularExpressions;
using Preble.Core.Placement;
using Preble.Core.Placement.E2;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <c>e2</c> says of its choices, over what is sent to a cluster whose load moves.</summary>
public sealed partial class E2ReasonTests
{
    private const int Workers = 4;

    /// <summary>A rule is named exactly where what was known before the choice, and the choice itself, leave no other.</summary>
    [Fact]
    public void TheRuleIsNamedThatTheChoiceTook()
    {
        var random = new Random(31);
        var options = E2Cluster.Options with { E2QueueSamplesMin = 2, E2QueueFloorSeconds = 0.01, E2WindowSeconds = 20 };
        var cluster = new E2Cluster(options, Workers);
        var told = new Dictionary<string, int>();
        for (int i = 0; i < 4500; i++)
        {
            // Some prompts go where they are sent, to one worker after another, or the loads would stay even and nothing would move; and now and then nearly all
            // are of one tool, which is too large to move.
            cluster.Now += 0.05;
            cluster.Ask("w" + (i / 200 % Workers), tool: 2 + random.Next(8), random.Next(2));
            int tool = i % 1000 < 300 ? 100 + (i / 1000) : 1 + (int)(random.NextDouble() * random.NextDouble() * 12);
            PageKey[] keys = random.Next(10) switch
            {
                0 => E2Cluster.Path((50_000 + i, 20)),
                < 4 => cluster.Branch(random.Next(4)),
                _ => cluster.Question(tool),
            };
            KeyPortion? portion = cluster.Ledger.Portions.TryFind(keys[..Math.Min(keys.Length, 5 + E2Cluster.ToolPages)][^1], out KeyPortion? known) ? known : null;
            string[] members = Members(portion);
            bool isGiven = members.Length > 0 && cluster.Ledger.FindBranch(keys[5 + E2Cluster.ToolPages])?.Replica is not null;
            double[] loads = [.. Enumerable.Range(0, Workers).Select(w => cluster.Load("w" + w))];

            string chosen = cluster.Send(keys);
            string reason = cluster.Scheduler.Explain(new RequestId(cluster.LastId))!.Reason!;
            Candidate[] candidates = cluster.Scheduler.LastCandidates.ToArray();
            CandidateCost[] costs = cluster.Scheduler.LastCosts.ToArray();
            cluster.EndLast(random.NextDouble() * (tool == 1 ? i % 400 * 0.01 : 0.02));

            int prompt = (keys.Length * 16) + 8;
            int longest = candidates.Max(candidate => candidate.CachedTokens);
            bool exploits = longest > prompt - longest;
            string[] holders = [.. candidates.Where(candidate => candidate.CachedTokens == longest).Select(candidate => candidate.Worker.Id.Value)];
            reason.Should().StartWith(string.Create(
                CultureInfo.InvariantCulture, $"{(exploits ? "Exploit" : "Explore")}: {longest:N0} tokens are cached at most and {prompt - longest:N0} missed"));
            string rule = Rules().Match(reason).Value;
            told[rule] = told.GetValueOrDefault(rule) + 1;
            switch (rule)
            {
                case "redirects it":
                    int from = Array.FindIndex(candidates, candidate => candidate.Worker.Id.Value == From().Match(reason).Groups[1].Value);
                    int to = Array.FindIndex(candidates, candidate => candidate.Worker.Id.Value == chosen);
                    loads[from].Should().BeGreaterThan(options.E2BalanceRatio * loads[to]);
                    loads[to].Should().Be(loads.Min());
                    costs[to].Total.Should().BeLessThan(costs[from].Total);
                    costs.Count(cost => cost.Eligible).Should().Be(1);
                    (members.Length > 0 ? members : holders).Should().Contain(candidates[from].Worker.Id.Value);
                    break;
                case "alone by rebalancing":
                    members.Should().Equal(chosen);
                    isGiven.Should().BeFalse();
                    break;
                case "has least, whatever is cached":
                    members.Should().HaveCountGreaterThan(1).And.Contain(chosen);
                    reason.Should().Contain($"assigned to {members.Length} workers");
                    isGiven.Should().BeFalse();
                    break;
                case "was given to":
                    members.Should().Contain(chosen);
                    isGiven.Should().BeTrue();
                    break;
                case "of those with the longest match":
                    members.Should().BeEmpty();
                    holders.Should().Contain(chosen);
                    break;
                default:
                    exploits.Should().BeFalse();
                    costs.Min(cost => cost.Total).Should().Be(costs[Array.FindIndex(candidates, candidate => candidate.Worker.Id.Value == chosen)].Total);
                    break;
            }

            (rule.Length > 0).Should().Be(exploits);
        }

        cluster.Check();
        told.Should().HaveCount(6).And.OnlyContain(rule => rule.Value > 5);
    }

    [Fact]
    public void ExploringNamesTheOneThatIsHeavyInDecodesExactlyWhereItIsNotTheLeast()
    {
        var random = new Random(32);
        int heavy = 0;
        for (int round = 0; round < 400; round++)
        {
            GlobalScheduler scheduler = Scheduler("e2", [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
            for (int i = 0; i < 4; i++)
            {
                for (int sent = random.Next(4); sent > 0; sent--)
                {
                    string[] others = [.. scheduler.Workers.Select(worker => worker.Id.Value).Where(id => id != "w" + i)];
                    scheduler.Place(Query($"h{i}.{sent}", 500, excluded: others), Match(31), default);
                }

                int decoding = random.Next(2) * random.Next(40);
                ReportedSequence[] load = [.. Enumerable.Range(0, random.Next(40)).Select(k => k < decoding ? Decoding($"{i}.{k}", 500) : Waiting($"{i}.{k}", 500))];
                scheduler.Report(Report("w" + i, 1, load), default);
            }

            double[] shares = [.. scheduler.Workers.Where(worker => worker.Sequences >= 16).Select(worker => (double)worker.Decoding / worker.Sequences)];
            bool isHeavy = shares.Length > 0 && shares.Max() > 0.5 && shares.Max() > 1.2 * shares.Average();
            scheduler.Asked = new RequestId("new");
            string chosen = scheduler.Place(Query("new", 1600), Match(100), default).Worker.Value;
            string reason = scheduler.Explain(new RequestId("new"))!.Reason!;
            reason.Should().StartWith("Explore: 0 tokens are cached at most and 1,600 missed");
            reason.Contains($"{chosen} is heavy in decodes", StringComparison.Ordinal).Should().Be(isHeavy);
            if (isHeavy)
            {
                reason.Should().Contain(string.Create(CultureInfo.InvariantCulture, $"{shares.Max():P0} of its sequences")).And.Contain("1.2 times the mean");
                heavy++;
            }
        }

        heavy.Should().BeInRange(80, 320);
    }

    private static string[] Members(KeyPortion? portion)
    {
        var members = new List<string>();
        for (PortionShare? share = portion?.First; share is not null; share = share.Next)
        {
            if (share.IsMember)
            {
                members.Add(share.Worker.View.Id.Value);
            }
        }

        return [.. members];
    }

    [GeneratedRegex("redirects it|alone by rebalancing|has least, whatever is cached|was given to|of those with the longest match")]
    private static partial Regex Rules();

    [GeneratedRegex("redirects it from (w[0-9]+), ")]
    private static partial Regex From();
}
