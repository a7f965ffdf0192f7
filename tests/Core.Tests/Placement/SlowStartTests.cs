using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class SlowStartTests
{
    private static readonly GlobalSchedulerOptions Defaults = new();

    /// <summary>Whatever is sent, whoever has it cached and however few of the requests end.</summary>
    [Fact]
    public void AWorkerThatJoinsIsNeverFarAheadOfTheOthersWhileItStarts()
    {
        int gotSome = 0;
        for (int round = 0; round < 200; round++)
        {
            var random = new Random(round);
            int count = random.Next(1, 9);
            GlobalScheduler scheduler = Scheduler("marginal-cost", [.. Enumerable.Range(0, count).Select(i => Profile("w" + i, waitingMax: 10_000))]);
            var sender = new Sender(scheduler, random);
            sender.Send(random.Next(1, 30 * count), at: 99);
            scheduler.AddWorker(Profile("new", waitingMax: 10_000), Seconds(100));
            WorkerView view = scheduler.Workers[^1];
            while (view.Warmth < 1)
            {
                sender.At += random.NextDouble();
                for (int i = random.Next(40); i > 0 && view.Warmth < 1; i--)
                {
                    int choices = random.Next(4) == 0 ? 3 : 1;
                    if (sender.Send(choices) == "new" && view.Warmth < 1)
                    {
                        double mean = scheduler.Workers.SkipLast(1).Average(worker => worker.Sequences);
                        ((double)view.Sequences).Should().BeLessThanOrEqualTo(mean + MarginalCostPolicy.WarmingLeadMax + choices);
                    }

                    sender.EndSome();
                }
            }

            scheduler.CheckIntegrity();
            gotSome += view.Window.Requests > 0 ? 1 : 0;
        }

        gotSome.Should().BeGreaterThan(150, "a slow start is a start");
    }

    [Fact]
    public void ItsShareGrowsWithItsAge()
    {
        var shares = new double[5];
        for (int age = 0; age < shares.Length; age++)
        {
            for (int round = 0; round < 200; round++)
            {
                GlobalScheduler scheduler = Scheduler("marginal-cost", [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i, waitingMax: 10_000))]);
                var sender = new Sender(scheduler, new Random(round));
                sender.Send(60, at: 99);
                scheduler.AddWorker(Profile("new", waitingMax: 10_000), Seconds(100));
                sender.At = 100 + (age * Defaults.SlowStartSeconds / (shares.Length - 1));
                shares[age] += Enumerable.Range(0, 10).Count(_ => sender.Send(1) == "new");
            }
        }

        shares.Should().BeInAscendingOrder();
        (shares[^1] / shares[0]).Should().BeGreaterThan(1.5);
    }

    [Fact]
    public void WarmthGrowsFromTheLeastToOneInTheTimeOfAStart()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        scheduler.AddWorker(Profile("new", waitingMax: 10_000), Seconds(100));
        WorkerView view = scheduler.Workers[1];
        view.Warmth.Should().Be(Defaults.WarmthMin);
        double last = 0;
        for (double age = 0.1; age < Defaults.SlowStartSeconds; age += 0.1)
        {
            scheduler.Report(Report("a", (long)(age * 10)), Seconds(100 + age));
            view.Warmth.Should().BeGreaterThan(last).And.BeLessThan(1);
            last = view.Warmth;
            scheduler.CheckIntegrity();
        }

        scheduler.Report(Report("a", 1000), Seconds(100 + Defaults.SlowStartSeconds));
        view.Warmth.Should().Be(1);
        scheduler.Workers[0].Warmth.Should().Be(1);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void WorkersOfOneStartAndTheOnlyOneStartAtFullSpeed()
    {
        var scheduler = new GlobalScheduler(SmallOptions, new RoundRobinPolicy());
        for (int i = 0; i < 5; i++)
        {
            scheduler.AddWorker(Profile("w" + i), Seconds(500 + (i * Defaults.SlowStartGapSeconds / 4)));
        }

        scheduler.Workers.Should().OnlyContain(worker => worker.Warmth == 1);
        scheduler.AddWorker(Profile("late"), Seconds(501 + Defaults.SlowStartGapSeconds));
        scheduler.Workers[^1].Warmth.Should().BeLessThan(1);
        foreach (WorkerView worker in scheduler.Workers.ToArray())
        {
            scheduler.RemoveWorker(worker.Id);
        }

        scheduler.AddWorker(Profile("alone"), Seconds(1000));
        scheduler.Workers[0].Warmth.Should().Be(1);
        scheduler.CheckIntegrity();
    }

    [Fact]
    public void AWorkerThatStartsAgainAmongOthersStartsSlowly()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"), Profile("b"));
        scheduler.AddWorker(Profile("b", epoch: 2), Seconds(100)).Should().Be(AddWorkerOutcome.Replaced);
        scheduler.Workers.Single(worker => worker.Id.Value == "b").Warmth.Should().Be(Defaults.WarmthMin);
        scheduler.AddWorker(Profile("b", epoch: 2), Seconds(105)).Should().Be(AddWorkerOutcome.Unchanged);
        scheduler.Workers.Single(worker => worker.Id.Value == "b").Warmth.Should().BeInRange(0.5, 0.8, "saying so twice is no second start");
    }

    [Fact]
    public void ASlowStartCanBeTurnedOff()
    {
        var scheduler = new GlobalScheduler(SmallOptions with { SlowStartSeconds = 0 }, new RoundRobinPolicy());
        scheduler.AddWorker(Profile("a"), default);
        scheduler.AddWorker(Profile("b"), Seconds(100));
        scheduler.Workers.Should().OnlyContain(worker => worker.Warmth == 1);
    }

    [Fact]
    public void AWorkerThatStartsSlowlyAndAloneGetsEverything()
    {
        GlobalScheduler scheduler = Scheduler("marginal-cost", Profile("a"));
        scheduler.AddWorker(Profile("new", waitingMax: 10_000), Seconds(100));
        for (int i = 0; i < 20; i++)
        {
            scheduler.Place(Query("r" + i, 1000, excluded: "a"), Match(62), Seconds(100)).Worker.Value.Should().Be("new");
        }
    }

    private sealed class Sender(GlobalScheduler scheduler, Random random)
    {
        private readonly List<string> _live = [];
        private int _ids;

        public double At { get; set; } = 100;

        public void Send(int requests, double at)
        {
            At = at;
            for (int i = 0; i < requests; i++)
            {
                Send(1);
            }

            At = 100;
        }

        /// <summary>A prompt of any length, of which some of the older workers have something.</summary>
        public string Send(int choices)
        {
            int tokens = (int)(100 * Math.Pow(80, random.NextDouble()));
            var owners = scheduler.Workers.Where(worker => worker.Id.Value != "new" && random.Next(3) == 0);
            PrefixMatch match = Match(tokens / 16, [.. owners.Select(worker => (worker.Id.Value, random.Next((tokens / 16) + 1)))]);
            string id = "r" + _ids++;
            PlacementResult placed = scheduler.Place(Query(id, tokens, random.Next(1, 400), choices), match, Seconds(At));
            placed.Outcome.Should().Be(PlacementOutcome.Placed);
            _live.Add(id);
            return placed.Worker.Value;
        }

        public void EndSome()
        {
            if (random.Next(3) == 0 && _live.Count > 0)
            {
                int index = random.Next(_live.Count);
                scheduler.Complete(new RequestId(_live[index]), default, Seconds(At));
                _live.RemoveAt(index);
            }
        }
    }
}
