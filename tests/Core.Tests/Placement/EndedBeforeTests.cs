using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

/// <summary>Those who decode when a prompt is sent and have ended when its turn comes: how many are foreseen, and what they decide.</summary>
public sealed class EndedBeforeTests
{
    /// <summary>Answers of any lengths that come at random are met under way at random moments; they then get a token in each of the steps that the prompt waits.</summary>
    [Fact]
    public void AsManyAreForeseenToEndAsDo()
    {
        var random = new Random(17);
        for (int round = 0; round < 20; round++)
        {
            int shortest = random.Next(5, 60);
            int longest = shortest + random.Next(60);
            var length = new OutputLength(128, 0.001);
            int[] answers = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(shortest, longest + 1))];
            Array.ForEach(answers, answer => length.Add(answer));

            // A moment in an answer is met as often as the answer has tokens.
            int steps = random.Next(1, shortest);
            double ended = answers.Sum(answer => Math.Min(steps, answer)) / (double)answers.Sum();
            double foreseen = Worker(100).EndedBefore(steps * Fast.PrefillSeconds(2048, 0), 1, length.UnderWayTokens) / 100;

            // Of lengths that differ more end soon than is foreseen: up to half as many again.
            foreseen.Should().BeInRange(0.66 * ended, 1.02 * ended, "{0} steps, answers of {1} to {2}", steps, shortest, longest);
        }
    }

    /// <summary>Nobody waits before it, nobody decodes, or its own computing takes as long as an answer: nobody is excused. And never more than are there.</summary>
    [Fact]
    public void NobodyHasEndedWhoseEndComesLater()
    {
        WorkerView worker = Worker(10);
        worker.EndedBefore(0, 1000, 50).Should().Be(0);
        worker.EndedBefore(5, 50 * 2048, 50).Should().Be(0);
        worker.EndedBefore(5, int.MaxValue, 50).Should().Be(0);
        worker.EndedBefore(5, 1000, 0).Should().Be(0);
        Worker(0).EndedBefore(5, 1000, 50).Should().Be(0);
        worker.EndedBefore(1e9, 0, 50).Should().Be(10);
        Worker(10, default(WorkerRates)).EndedBefore(5, 1000, 50).Should().Be(0, "a worker that takes no time ends nothing meanwhile");
    }

    /// <summary>
    /// On one of two workers a prompt waits for a second, on the other more decode whom it delays. Where answers are short, a third of those who decode have ended
    /// by then.
    /// </summary>
    [Theory]
    [InlineData(20, "queue")]
    [InlineData(100, "crowd")]
    public void APromptWaitsWhereThoseWhoDecodeWillHaveEnded(int answer, string expected)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("queue", groups: 0), Profile("crowd", groups: 0));
        for (int i = 0; i < 300; i++)
        {
            scheduler.Place(Query("before" + i, 16), Match(1), default);
            scheduler.Complete(new RequestId("before" + i), new CompletionFacts(CompletionOutcome.Completed, 0, answer, null, 0), default);
        }

        scheduler.Report(Report("queue", 1, [Waiting("w", 11_000), .. Enumerable.Range(0, 30).Select(i => Decoding("d" + i, 300))]), default);
        scheduler.Report(Report("crowd", 1, [.. Enumerable.Range(0, 50).Select(i => Decoding("d" + i, 300))]), default);
        scheduler.Place(Query("new", 1600), Match(100), default).Worker.Value.Should().Be(expected);
    }

    private static WorkerView Worker(int decoding, WorkerRates? rates = null)
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a", rates));
        scheduler.Report(Report("a", 1, [.. Enumerable.Range(0, decoding).Select(i => Decoding("d" + i, 300))]), default);
        scheduler.Place(Query("new", 1600), Match(100), default);
        return scheduler.LastCandidates[0].Worker;
    }
}
