using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>What <c>marginal-cost</c> asks of a worker never falls with what is queued there, and never rises with what is cached.</summary>
public sealed class CostMonotonyTests
{
    private const int Rounds = 400;

    [Fact]
    public void CostNeverFallsWithQueuedWorkAndNeverRisesWithCachedTokens()
    {
        var random = new Random(3);
        for (int round = 0; round < Rounds; round++)
        {
            WorkerProfile profile = Profile("a", RandomRates(random), kvTokens: random.Next(20_000, 200_000));
            int prompt = random.Next(16, 15_000);
            int pages = prompt / 16;
            List<ReportedSequence> sequences = RandomSequences(random, "a");
            int cached = random.Next(pages);
            var options = new PolicyOptions { LatencyPreference = 1 + (random.NextDouble() * 4) };

            // Many that hit, so that queues last for rounds, what earlier ones missed, and many whose answers are about to end.
            sequences.AddRange(Enumerable.Range(0, random.Next(3) * 15).Select(i => Waiting("hit" + i, random.Next(1, 300), random.Next(1, 3000))));
            sequences.AddRange(Enumerable.Range(0, random.Next(3) * 40).Select(i => Decoding("answer" + i, random.Next(1, 3000))));
            int answer = random.Next(1, 200);
            int[] before = [.. Enumerable.Range(0, 10).Select(_ => random.Next(12_000)).Distinct()];

            double Cost(int cachedPages, IEnumerable<ReportedSequence> load)
            {
                GlobalScheduler scheduler = Scheduler(PlacementPolicies.Create("marginal-cost", options), profile);
                foreach (int earlier in before)
                {
                    scheduler.Place(Query("before" + earlier, 100 + earlier), Match((100 + earlier) / 16, ("a", earlier % 100 * earlier / 1600)), default);
                    scheduler.Complete(new RequestId("before" + earlier), new CompletionFacts(CompletionOutcome.Completed, 0, answer, null, 0), default);
                }

                scheduler.Report(Report("a", 1, [.. load]), default);
                scheduler.Place(Query("new", prompt), Match(pages, ("a", cachedPages)), default);
                return scheduler.LastCosts[0].Total;
            }

            double now = Cost(cached, sequences);
            Cost(cached + 1, sequences).Should().BeLessThanOrEqualTo(now);
            Cost(cached, sequences.Append(Waiting("more", random.Next(1, 3000)))).Should().BeGreaterThan(now);
            Cost(cached, sequences.Append(Waiting("more", random.Next(1, 3000), random.Next(9000)))).Should().BeGreaterThan(now);
            Cost(cached, sequences.Append(Decoding("more", random.Next(1, 3000)))).Should().BeGreaterThan(now);
        }
    }

    /// <summary>Memory is full, shared by those who hold it, and waited for with what is cached: wherever a token more is queued, it costs no less.</summary>
    [Fact]
    public void SoItIsWhereMemoryIsFullSharedAndWaitedFor()
    {
        var random = new Random(7);
        for (int round = 0; round < Rounds; round++)
        {
            int memory = random.Next(12_000, 40_000);
            WorkerProfile profile = Profile("a", RandomRates(random), kvTokens: memory);
            int prompt = random.Next(9_000, 12_000);
            int cached = random.Next(prompt / 16);
            int output = random.Next(1, 300);
            int unheld = random.Next(3_000);
            ReportedSequence[] sequences =
            [
                .. Enumerable.Range(0, random.Next(1, 50)).Select(i => Decoding("d" + i, random.Next(1000, 9_000))),
                Waiting("u", 1, cached: 4_000) with { UnheldTokens = unheld },
            ];
            var pages = new ReportedPages(0, 0, memory / 16, memory / 16);

            double Cost(int queued)
            {
                GlobalScheduler scheduler = Scheduler("marginal-cost", profile);
                WorkerReport report = Report("a", 1, queued > 0 ? [.. sequences, Waiting("q", queued)] : sequences);
                scheduler.Report(report with { Pages = pages }, default);
                scheduler.Place(Query("new", prompt, maxNewTokens: output), Match(prompt / 16, ("a", cached)), default);
                return scheduler.LastCosts[0].Total;
            }

            // Where chunks end, and anywhere.
            int chunk = 2048 * random.Next(1, 12);
            int any = random.Next(1, 20_000);
            double[] costs = [.. new[] { 1, any, any + random.Next(1, 5_000), chunk, chunk + 1 }.Order().Select(Cost)];
            costs.Should().BeInAscendingOrder();
            Cost(0).Should().BeLessThan(costs[0]);
        }
    }
}
