using Preble.Embedded.Activations;

namespace Preble.Embedded.Tests;

/// <summary>The rule which requests run beside each other, against a plain statement of it.</summary>
public sealed class RequestQueueTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void EveryScheduleKeepsTheRule(int seed, bool reentrant)
    {
        var random = new Random(seed);
        var queue = new RequestQueue(reentrant);
        var waiting = new List<FakeRequest>();
        var running = new List<FakeRequest>();
        for (int step = 0; step < 20_000; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1:
                    var added = new FakeRequest((RequestKind)random.Next(3));
                    queue.Add(added);
                    waiting.Add(added);
                    break;
                case 2:
                    FakeRequest? expected = waiting.Find(request => MayStart(request, waiting, running, reentrant));
                    queue.CanStart.Should().Be(expected is not null);
                    Request? started = queue.StartNext();
                    started.Should().BeSameAs(expected);
                    if (expected is null) break;
                    waiting.Remove(expected);
                    running.Add(expected);
                    break;
                case 3 when running.Count > 0:
                    FakeRequest ended = running[random.Next(running.Count)];
                    queue.End(ended);
                    running.Remove(ended);
                    break;
                case 4 when waiting.Count > 0 && random.Next(4) == 0:
                    FakeRequest withdrawn = waiting[random.Next(waiting.Count)];
                    queue.Withdraw(withdrawn);
                    waiting.Remove(withdrawn);
                    break;
            }

            queue.WaitingCount.Should().Be(waiting.Count);
            queue.RunningCount.Should().Be(running.Count);
        }

        queue.Running().Should().BeEquivalentTo(running, static options => options.WithoutStrictOrdering());
        queue.WithdrawAll().Should().Equal(waiting);
        queue.WaitingCount.Should().Be(0);
    }

    [Fact]
    public void ExpiryWithdrawsWhatWaitsAndLeavesWhatRuns()
    {
        var queue = new RequestQueue(reentrant: false);
        var requests = Enumerable.Range(0, 30).Select(i => new FakeRequest((RequestKind)(i % 3), sentAt: i)).ToList();
        requests.ForEach(queue.Add);
        Request running = queue.StartNext()!;
        var expired = new List<Request>();
        queue.TakeExpired(FakeRequest.Lifetime + 10, expired);
        expired.Should().BeEquivalentTo(requests.Take(10));
        running.Place.Should().Be(RequestPlace.Running);
        expired.Skip(1).Should().OnlyContain(static request => request.Place == RequestPlace.None);
        queue.WaitingCount.Should().Be(20);
        queue.RunningCount.Should().Be(1);
    }

    [Fact]
    public void ARequestIsInOnePlaceAtATime()
    {
        var queue = new RequestQueue(reentrant: false);
        var request = new FakeRequest(RequestKind.Exclusive);
        FluentActions.Invoking(() => queue.End(request)).Should().Throw<InvalidOperationException>();
        queue.Add(request);
        FluentActions.Invoking(() => queue.Add(request)).Should().Throw<InvalidOperationException>();
        queue.StartNext();
        FluentActions.Invoking(() => queue.Withdraw(request)).Should().Throw<InvalidOperationException>();
    }

    // The rule in plain words: the first that may start, where one that may not holds up those behind it but for interleaving ones.
    private static bool MayStart(FakeRequest request, List<FakeRequest> waiting, List<FakeRequest> running, bool reentrant)
    {
        if (request.Kind == RequestKind.Interleaving) return true;
        if (waiting.Find(static other => other.Kind != RequestKind.Interleaving) != request) return false;
        return reentrant || !running.Exists(other =>
            other.Kind == RequestKind.Exclusive || (other.Kind == RequestKind.ReadOnly && request.Kind == RequestKind.Exclusive));
    }

    private sealed class FakeRequest : Request
    {
        public const long Lifetime = 100;

        public FakeRequest(RequestKind kind, long sentAt = 0)
        {
            Kind = kind;
            SentAt = sentAt;
        }

        public override RequestKind Kind { get; }

        public override long LifetimeTicks => Lifetime;

        public override bool Start(Activation activation) => true;

        public override void Fail(Exception exception)
        {
        }
    }
}
