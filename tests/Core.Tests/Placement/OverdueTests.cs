using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>How long the most overdue of those who wait on a worker is, and what that decides.</summary>
public sealed class OverdueTests
{
    private const int Prompt = 1600;

    /// <summary>
    /// Whatever is placed, reported, started, preempted, cancelled and answered: of those that wait, as last reported, with at most half of their prompts cached, the
    /// most overdue counts, from when its first token was foreseen. In a queue in order of arrival: what is foreseen is what the prediction says.
    /// </summary>
    [Fact]
    public void TheMostOverdueOfThoseWhoWaitWithLittleCachedCounts()
    {
        var random = new Random(17);
        int overdue = 0;
        for (int round = 0; round < 100; round++)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", RandomRates(random), groups: 0));
            WorkerView worker = scheduler.Workers[0];
            var live = new List<(string Id, TimeSpan Due)>();
            var standing = new Dictionary<string, TimeSpan>();
            double at = 0;
            for (int step = 0; step < 40; step++)
            {
                at += random.NextDouble();
                if (random.Next(3) > 0)
                {
                    string id = $"r{step}";
                    PlacementResult placed = scheduler.Place(Query(id, Prompt), Match(100, ("a", random.Next(100))), Seconds(at));
                    live.Add((id, Seconds(at) + Seconds(placed.TtftSeconds)));
                }

                if (live.Count > 0 && random.Next(4) == 0)
                {
                    int ends = random.Next(live.Count);
                    scheduler.Complete(new RequestId(live[ends].Id), new CompletionFacts(CompletionOutcome.Cancelled, 0, 0, null, 0), Seconds(at));
                    standing.Remove(live[ends].Id);
                    live.RemoveAt(ends);
                }

                if (random.Next(2) == 0)
                {
                    standing.Clear();
                    var sequences = new List<ReportedSequence>();
                    foreach ((string id, TimeSpan due) in live.Where(_ => random.Next(5) > 0))
                    {
                        int cached = random.Next(3) == 0 ? 800 + random.Next(2) : random.Next(Prompt);
                        ReportedSequence one = random.Next(4) switch
                        {
                            0 => Prefilling(id, Prompt - cached, cached),
                            1 => Decoding(id, Prompt + 1),
                            2 when random.Next(3) == 0 => Waiting(id, Prompt - cached, cached) with { Generated = 3 },
                            _ => Waiting(id, Prompt - cached, cached),
                        };
                        sequences.Add(one);
                        if (one is { Phase: ReportedPhase.Waiting, Generated: 0 } && cached <= 800)
                        {
                            standing.Add(id, due);
                        }
                    }

                    scheduler.Report(Report("a", step, [.. sequences]), Seconds(at));
                }

                double expected = standing.Count > 0 ? Math.Max(0, at - standing.Values.Min().TotalSeconds) : 0;
                worker.OverdueSeconds(Seconds(at)).Should().BeApproximately(expected, 1e-5);
                overdue += expected > 0 ? 1 : 0;
            }
        }

        overdue.Should().BeGreaterThan(100);
    }

    /// <summary>
    /// Two workers full of what runs; where less is to be computed one has waited for long. Nobody else is sent behind it but those who share, and
    /// nothing is made of it where there is room, nor of one that is served when it should be.
    /// </summary>
    [Theory]
    [InlineData(30, 0, 0, "moves")]
    [InlineData(0.2, 0, 0, "stuck")]
    [InlineData(30, 60, 0, "stuck")]
    [InlineData(30, 0, 25_000, "stuck")]
    public void NobodyIsSentBehindOneThatWaitsForMemoryAndWaits(double seconds, int cachedPages, int freePages, string expected)
    {
        GlobalScheduler scheduler = WithFirstSince(seconds, freePages);
        scheduler.Place(Query("new", Prompt), Match(100, ("stuck", cachedPages)), Seconds(seconds)).Worker.Value.Should().Be(expected);
    }

    /// <summary>What is waited for memory is the longer of what is foreseen and what the one is overdue, as often as a wait counts.</summary>
    [Fact]
    public void ItIsWhatMemoryIsWaitedForAtLeast()
    {
        double Overflow(double seconds)
        {
            GlobalScheduler scheduler = WithFirstSince(seconds, freePages: 0);
            scheduler.Place(Query("new", Prompt), Match(100), Seconds(seconds));
            return scheduler.LastCosts[0].Terms[5];
        }

        double foreseen = Overflow(0);
        foreseen.Should().BePositive();
        Overflow(0.1).Should().Be(foreseen);
        double late = Overflow(100);
        late.Should().BeGreaterThan(3 * 95).And.BeLessThan(3 * 100);
        Overflow(107).Should().BeApproximately(late + (3 * 7), 1e-6);
    }

    /// <summary>One more that waits, and is due later, makes a worker no cheaper: the one that is overdue still is.</summary>
    [Fact]
    public void OneMoreThatWaitsMakesAnotherNoLessOverdue()
    {
        double without = Cost(more: false);
        double with = Cost(more: true);
        with.Should().BeGreaterThanOrEqualTo(without);

        static double Cost(bool more)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
            for (int i = 0; i < 10; i++)
            {
                scheduler.Place(Query("cold" + i, 30_000), Match(1875), default);
            }

            // One behind all of them, and one who passes them, of which less than half is cached.
            ReportedSequence[] one = more ? [Waiting("more", 1000)] : [];
            if (more)
            {
                scheduler.Place(Query("more", 1000), Match(62), default);
            }

            scheduler.Place(Query("passes", 16_000), Match(1000, ("a", 450)), default);
            scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, 10).Select(i => Waiting("cold" + i, 30_000)), Waiting("passes", 8800, 7200), .. one]), Seconds(1));

            // Those before them have begun and hold the memory that both wait for.
            ReportedSequence[] now = [.. Enumerable.Range(0, 10).Select(i => Decoding("cold" + i, 30_000)), Waiting("passes", 8800, 7200), .. one];
            scheduler.Report(Report("a", 2, now) with { Pages = new ReportedPages(0, 0, 25_000, 25_000) }, Seconds(25));
            scheduler.Place(Query("new", 16_000), Match(1000, ("a", 450)), Seconds(25));
            return scheduler.LastCosts[0].Total;
        }
    }

    /// <summary>The choices of a request count once, and only while none of them has begun; what is placed again counts from then, and a later start owes nothing.</summary>
    [Fact]
    public void ItIsOfARequestThatHasNotBegunOnAWorkerThatHasNotGone()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        int reports = 0;
        double due = scheduler.Place(Query("first", Prompt, choices: 2), Match(100), default).TtftSeconds;
        Overdue(10, Waiting("first", Prompt), Waiting("first", Prompt, choice: 1)).Should().BeApproximately(10 - due, 1e-5);
        Overdue(10, Decoding("first", Prompt + 1), Waiting("first", 16, Prompt - 16, choice: 1)).Should().Be(0);
        Overdue(10, Waiting("first", Prompt), Waiting("first", Prompt, choice: 1)).Should().BePositive();

        due = scheduler.Place(Query("first", Prompt), Match(100), Seconds(11)).TtftSeconds;
        Overdue(15, Waiting("first", Prompt)).Should().BeApproximately(4 - due, 1e-5);
        Overdue(15, Waiting("another's", Prompt)).Should().Be(0);
        Overdue(15, Waiting("first", Prompt)).Should().BePositive();

        scheduler.AddWorker(Profile("a", epoch: 2), Seconds(15));
        scheduler.Workers[0].OverdueSeconds(Seconds(20)).Should().Be(0);

        double Overdue(double at, params ReportedSequence[] sequences)
        {
            scheduler.Report(Report("a", ++reports, sequences), Seconds(at));
            return scheduler.Workers[0].OverdueSeconds(Seconds(at));
        }
    }

    private static GlobalScheduler WithFirstSince(double seconds, int freePages)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("stuck"), Profile("moves"));
        Tell(1, 0);
        scheduler.Place(Query("first", Prompt, excluded: "moves"), Match(100), Seconds(0));
        Tell(2, 0, Waiting("first", Prompt));
        Tell(3, seconds, Waiting("first", Prompt));
        return scheduler;

        void Tell(int number, double at, params ReportedSequence[] first)
        {
            var pages = new ReportedPages(freePages, 0, 25_000 - freePages, 25_000);
            scheduler.Report(Report("stuck", number, [.. first, .. Running(10)]) with { Pages = pages }, Seconds(at));
            scheduler.Report(Report("moves", number, [.. Running(14), Waiting("m", Prompt)]) with { Pages = pages }, Seconds(at));
        }

        static IEnumerable<ReportedSequence> Running(int count) => Enumerable.Range(0, count).Select(i => Decoding("d" + i, 28_000));
    }
}
