using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Messages that come twice, or after later ones: what a network with retries does.</summary>
public sealed class RepeatedMessageTests
{
    /// <summary>Messages that overtake a late one: so many that it is not its worker's latest report, whose repetition is a sign of life.</summary>
    private const int LateBy = 150;

    /// <summary>Two schedulers see the same random events; one of them gets each message again, and older reports after newer ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RepeatedAndLateMessagesChangeNothing(int seed)
    {
        var random = new Random(seed);
        GlobalScheduler once = Scheduler("marginal-cost", Profile("w0"), Profile("w1"), Profile("w2"), Profile("w3"));
        GlobalScheduler again = Scheduler("marginal-cost", Profile("w0"), Profile("w1"), Profile("w2"), Profile("w3"));
        var sent = new List<Func<GlobalScheduler, TimeSpan, object>>();
        TimeSpan now = default;
        for (int step = 0; step < 3000; step++)
        {
            now += Seconds(random.NextDouble() * 0.2);
            if (random.Next(3) == 0)
            {
                Placed(again, step, now).Should().Be(Placed(once, step, now));
            }
            else
            {
                Func<GlobalScheduler, TimeSpan, object> message = Message(random, step);
                message(again, now).Should().Be(message(once, now));
                sent.Add(message);
                message(again, now);
            }

            // Reports are numbered by their step: one from before a later report of its worker is late.
            if (sent.Count > LateBy && random.Next(2) == 0)
            {
                sent[random.Next(sent.Count - LateBy)](again, now);
            }

            Array.ForEach([once, again], scheduler => scheduler.Complete(new RequestId("of nobody"), default, now));
            State(again).Should().Equal(State(once));
            again.CheckIntegrity();
        }

    }

    private static PlacementResult Placed(GlobalScheduler scheduler, int step, TimeSpan now) =>
        scheduler.Place(Query("r" + step, 100 + (step % 7 * 300)), Match(0), now);

    /// <summary>A registration, a leave, an end, or a report, of a worker that never restarts.</summary>
    private static Func<GlobalScheduler, TimeSpan, object> Message(Random random, int step)
    {
        string worker = "w" + random.Next(4);
        var request = new RequestId("r" + random.Next(Math.Max(0, step - 20), step + 1));
        var outcome = (CompletionOutcome)random.Next(6);
        ReportedSequence[] live = [.. Enumerable.Range(0, random.Next(5)).Select(index => Decoding($"of-others-{step}-{index}", 100 + index))];
        return random.Next(8) switch
        {
            0 => (scheduler, now) => scheduler.AddWorker(Profile(worker), now),
            1 => (scheduler, now) => scheduler.DrainWorker(new WorkerId(worker), epoch: worker == "w3" ? 1 : 0),
            < 5 => (scheduler, now) => scheduler.Complete(request, new CompletionFacts(outcome, 0, 5, null, 1), now),
            _ => (scheduler, now) => scheduler.Report(Report(worker, step, live), now),
        };
    }

    private static object[] State(GlobalScheduler scheduler) =>
    [
        scheduler.LiveRequestCount,
        scheduler.MeanOutputTokens,
        .. scheduler.Workers.Select(worker => (object)(worker.Id, worker.Sequences, worker.Waiting, worker.Decoding, worker.ContextTokens, worker.IsDraining)),
        .. scheduler.Workers.Select(worker => (object)(worker.Id, worker.QueuedPrefillTokens, worker.HeldTokens, worker.Pages, worker.IsSuspect)),
    ];
}
