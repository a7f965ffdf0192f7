using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class RosterTests
{
    private static readonly GlobalSchedulerOptions Options = SmallOptions with { WorkersMax = 5, LeaseSeconds = 30, LeaseGapSecondsMax = 5 };

    /// <summary>Whoever joins, drains, leaves and falls silent: it is a list of the latest starts in the order in which they joined, and nothing else.</summary>
    [Fact]
    public void ItIsTheLatestStartOfEachWorkerInTheOrderInWhichTheyJoined()
    {
        var random = new Random(11);
        var gone = new List<WorkerId>();
        var roster = new Roster(Options, worker => gone.Add(worker.Id));
        var expected = new List<Entry>();
        var outcomes = new HashSet<AddWorkerOutcome>();
        var expiries = 0;
        double now = 0;
        for (int step = 0; step < 4000; step++)
        {
            now += random.NextDouble() * 3;
            roster.Advance(Seconds(now));
            string id = "w" + random.Next(8);
            Entry? known = expected.Find(one => one.Id == id);
            int before = gone.Count;
            switch (random.Next(6))
            {
                case 0 or 1:
                    long epoch = random.Next(1, 6);
                    AddWorkerOutcome outcome = roster.Join(Profile(id, epoch: epoch));
                    outcomes.Add(outcome);
                    AddWorkerOutcome wanted = known is null ? (expected.Count == Options.WorkersMax ? AddWorkerOutcome.TooMany : AddWorkerOutcome.Added)
                        : epoch < known.Epoch ? AddWorkerOutcome.Stale
                        : epoch == known.Epoch ? AddWorkerOutcome.Unchanged
                        : AddWorkerOutcome.Replaced;
                    outcome.Should().Be(wanted);
                    if (outcome is AddWorkerOutcome.Added or AddWorkerOutcome.Replaced)
                    {
                        expected.RemoveAll(one => one.Id == id);
                        expected.Add(new Entry(id, epoch) { HeardAt = now });
                    }
                    else if (outcome == AddWorkerOutcome.Unchanged)
                    {
                        known!.HeardAt = now;
                    }

                    gone.Count.Should().Be(before + (outcome == AddWorkerOutcome.Replaced ? 1 : 0));
                    break;
                case 2:
                    long? named = random.Next(2) == 0 ? null : random.Next(1, 6);
                    bool leaves = known is not null && !(known.Epoch > named);
                    roster.Leave(new WorkerId(id), named).Should().Be(leaves, "a late word of an earlier start says nothing of a later one");
                    expected.RemoveAll(one => leaves && one.Id == id);
                    gone.Count.Should().Be(before + (leaves ? 1 : 0));
                    break;
                case 3:
                    long? start = random.Next(2) == 0 ? null : random.Next(1, 6);
                    bool drains = known is not null && (start is null || start == known.Epoch);
                    roster.Drain(new WorkerId(id), start).Should().Be(drains);
                    if (drains)
                    {
                        known!.Drains = true;
                    }

                    break;
                case 4 when known is not null:
                    roster.TryFind(new WorkerId(id), out WorkerState? heard).Should().BeTrue();
                    roster.Heard(heard!);
                    known.HeardAt = now;
                    break;
                case 5 when random.Next(4) == 0:
                    IReadOnlyList<WorkerProfile> expired = roster.Expire();
                    string[] silent = [.. expected.Where(one => now - one.HeardAt > Options.LeaseSeconds).Select(one => one.Id)];
                    expired.Select(one => one.Id.Value).Should().Equal(silent);
                    expected.RemoveAll(one => silent.Contains(one.Id));
                    expiries += silent.Length;
                    gone.Skip(before).Should().Equal(expired.Select(one => one.Id));
                    break;
                default:
                    break;
            }

            roster.CheckIntegrity();
            roster.Views.Select(view => (view.Id.Value, view.Profile.Epoch, view.IsDraining)).Should().Equal(expected.Select(one => (one.Id, one.Epoch, one.Drains)));
            roster.ViewSpan.Length.Should().Be(expected.Count);
        }

        outcomes.Should().BeEquivalentTo(Enum.GetValues<AddWorkerOutcome>(), "each of them was tried");
        expiries.Should().BePositive();
    }

    /// <summary>What is live on a worker ends when nobody finds the worker by its id any more, and before a later start of it stands in its place.</summary>
    [Fact]
    public void WhoLeavesIsToldOnceWhenNobodyFindsItAnyMore()
    {
        var told = new List<(long Epoch, bool Found)>();
        Roster? roster = null;
        roster = new Roster(Options, worker => told.Add((worker.View.Profile.Epoch, roster!.TryFind(worker.Id, out _))));
        roster.Join(Profile("a", epoch: 1));
        WorkerView first = roster.Views[0];
        roster.Join(Profile("a", epoch: 2));
        told.Should().Equal((1, false));
        first.HasGone.Should().BeTrue();
        roster.Views[0].HasGone.Should().BeFalse();
        roster.Leave(new WorkerId("a"), epoch: null);
        told.Should().Equal((1, false), (2, false));
        roster.Views.Should().BeEmpty();
    }

    private sealed class Entry(string id, long epoch)
    {
        public string Id => id;

        public long Epoch => epoch;

        public bool Drains { get; set; }

        public double HeardAt { get; set; }
    }
}
