using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class GlobalSchedulerLawTests
{
    /// <summary>Random placements, reports (true, late, with requests of nobody), completions, workers that join, restart and go.</summary>
    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void EverySumAgreesWithItsPartsAfterEveryRandomStep(string policy)
    {
        var random = new Random(PlacementPolicies.Names.ToList().IndexOf(policy));
        GlobalSchedulerOptions options = SmallOptions with { LiveRequestsMax = 40, DecisionsMax = 30, UnseenSeconds = 5, WorkersMax = 6 };
        var scheduler = new GlobalScheduler(options, PlacementPolicies.Create(policy, new PolicyOptions()));
        var outcomes = new HashSet<PlacementOutcome>();
        TimeSpan now = default;
        int requests = 0;
        for (int step = 0; step < 4000; step++)
        {
            now += Seconds(random.NextDouble() * 0.5);
            string worker = "w" + random.Next(6);
            switch (random.Next(10))
            {
                case 0 when random.Next(5) == 0:
                    WorkerRates rates = Fast.Times(1 + random.Next(3));
                    scheduler.AddWorker(Profile(worker, rates, kvTokens: 1600 << random.Next(4), epoch: random.Next(40), waitingMax: 8), now);
                    break;
                case 1 when random.Next(30) == 0:
                    scheduler.RemoveWorker(new WorkerId(worker));
                    break;
                case 1 when random.Next(4) == 0:
                    IReadOnlyList<WorkerProfile> forgotten = scheduler.ExpireLeases(now);
                    scheduler.Workers.Select(view => view.Profile).Should().NotIntersectWith(forgotten);
                    break;
                case 1 when random.Next(20) == 0:
                    scheduler.DrainWorker(new WorkerId(worker)).Should().Be(scheduler.Workers.Any(view => view.Id.Value == worker));
                    break;
                case < 5:
                    int tokens = random.Next(1, random.Next(10) == 0 ? 14_000 : 3000);
                    IEnumerable<int> owners = Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0);
                    PrefixMatch match = Match(tokens / 16, [.. owners.Select(i => ("w" + i, random.Next((tokens / 16) + 1)))]);
                    string[] excluded = random.Next(4) == 0 ? [worker] : [];
                    var id = new RequestId("r" + requests++);
                    var query = new PlacementQuery(id, tokens, random.Next(1, 300), random.Next(1, 4), excluded.Select(name => new WorkerId(name)).ToArray())
                    {
                        Keys = random.Next(4) == 0 ? [] : ToyCluster.Prompt(common: tokens / 16, own: 0, unique: 0),
                    };
                    PlacementResult placed = scheduler.Place(query, match, now);
                    outcomes.Add(placed.Outcome);
                    if (placed.Outcome == PlacementOutcome.Placed)
                    {
                        scheduler.Workers.Should().Contain(view => view.Id == placed.Worker);
                        placed.CachedTokens.Should().BeInRange(0, tokens - 1);
                    }

                    break;
                case < 8:
                    long epoch = scheduler.Workers.FirstOrDefault(view => view.Id.Value == worker)?.Profile.Epoch ?? 0;
                    ReportedSequence[] sequences = [.. Enumerable.Range(0, random.Next(12)).Select(_ => RandomSequence(random, requests))];
                    scheduler.Report(Report(worker, random.Next(step + 1), sequences) with { Epoch = epoch, Steps = RandomSteps(random) }, now);
                    break;
                default:
                    var facts = new CompletionFacts((CompletionOutcome)random.Next(6), 0, random.Next(200), null, 1);
                    scheduler.Complete(new RequestId("r" + random.Next(Math.Max(0, requests - 40), requests + 1)), facts, now);
                    break;
            }

            scheduler.CheckIntegrity();
        }

        outcomes.Should().BeEquivalentTo(Enum.GetValues<PlacementOutcome>());
    }

    /// <summary>Whatever was reported or placed, a worker on which nothing is left has a load of exactly nothing.</summary>
    [Fact]
    public void LoadsReturnToExactlyZero()
    {
        var random = new Random(7);
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", Fast.Times(1.37)), Profile("b", Fast.Times(0.71)));
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < 10; i++)
            {
                scheduler.Place(Query($"{round}.{i}", random.Next(1, 9000)), Match(0), Seconds(round));
            }

            scheduler.Report(Report("a", round, Prefilling($"{round}.1", 333, 777), Decoding("other", 50)), Seconds(round));
            scheduler.Report(Report("b", round), Seconds(round));
            for (int i = 0; i < 10; i++)
            {
                scheduler.Complete(new RequestId($"{round}.{i}"), default, Seconds(round));
            }
        }

        scheduler.Report(Report("a", 1000), Seconds(1000));
        foreach (WorkerView view in scheduler.Workers)
        {
            (view.Sequences, view.Waiting, view.Decoding, view.ContextTokens).Should().Be((0, 0, 0, 0L));
            (view.QueuedPrefillTokens, view.QueuedPrefillSeconds).Should().Be((0L, 0.0));
        }
    }

    /// <summary>Some that say something, at rates that change all the time, and some that cannot be.</summary>
    private static StepSums RandomSteps(Random random) => new(
        random.Next(-1, 5), random.Next(-1, 5) * random.NextDouble(), random.Next(-1, 2000), random.Next(-1, 1_000_000), random.Next(-1, 40), random.Next(-1, 90_000));

    private static ReportedSequence RandomSequence(Random random, int requests)
    {
        string request = "r" + random.Next(Math.Max(0, requests - 30), requests + 2);
        int tokens = random.Next(1, 2000);
        return random.Next(3) switch
        {
            0 => Waiting(request, tokens, random.Next(1000), random.Next(3)),
            1 => Prefilling(request, tokens, random.Next(1000), random.Next(3)),
            _ => Decoding(request, tokens, random.Next(1, 50), random.Next(3)),
        };
    }
}
