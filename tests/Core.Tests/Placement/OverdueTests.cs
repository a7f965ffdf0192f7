using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>How long the first in line is overdue, and what that decides.</summary>
public sealed class OverdueTests
{
    private const int Prompt = 1600;

    /// <summary>
    /// Whatever is placed, reported, started, preempted, cancelled and answered: the one that counts is the first sent of those that wait, as last reported, with at
    /// most half of their prompts cached, and it counts from when its first token was foreseen.
    /// </summary>
    [Fact]
    public void TheFirstOfThoseWhoWaitWithLittleCachedCounts()
    {
        var random = new Random(17);
        int overdue = 0;
        for (int round = 0; round < 100; round++)
        {
            GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", RandomRates(random)));
            WorkerView worker = scheduler.Workers[0];
            var live = new List<(string Id, TimeSpan Due)>();
            TimeSpan? first = null;
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
                    live.RemoveAt(ends);
                }

                if (random.Next(2) == 0)
                {
                    first = null;
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
                        first ??= one is { Phase: ReportedPhase.Waiting, Generated: 0 } && cached <= 800 ? due : null;
                    }

                    scheduler.Report(Report("a", step, [.. sequences]), Seconds(at));
                    double expected = first is { } since ? Math.Max(0, at - since.TotalSeconds) : 0;
                    worker.OverdueSeconds(Seconds(at)).Should().BeApproximately(expected, 1e-5);
                    worker.OverdueSeconds(Seconds(at + 5)).Should().BeApproximately(first is { } then ? Math.Max(0, at + 5 - then.TotalSeconds) : 0, 1e-5);
                    overdue += expected > 0 ? 1 : 0;
                }
            }
        }

        overdue.Should().BeGreaterThan(100);
    }

    /// <summary>
    /// Two workers full of what runs; where less is to be computed the first in line has waited for long. Nobody else is sent behind it but those who share, and
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

    /// <summary>What is waited for memory is the longer of what is foreseen and what the first in line is overdue, as often as a wait counts.</summary>
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
