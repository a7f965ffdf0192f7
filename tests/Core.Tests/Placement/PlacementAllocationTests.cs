using Preble.Core.Placement;
using static Preble.Core.Tests.Placement.Given;

namespace Preble.Core.Tests.Placement;

public sealed class PlacementAllocationTests
{
    /// <summary>Requests come and go on a tree at its page budget; after a while nothing new is needed.</summary>
    [Theory]
    [MemberData(nameof(Policies.All), MemberType = typeof(Policies))]
    public void ADecisionAllocatesNothingInSteadyState(string policy)
    {
        GlobalScheduler scheduler = Scheduler(policy, [.. Enumerable.Range(0, 4).Select(i => Profile("w" + i))]);
        var tree = new PrefixTree(new PrefixTreeOptions { PagesMax = 5000 });
        foreach (WorkerView worker in scheduler.Workers)
        {
            tree.AddWorker(worker.Id, 1000);
        }

        RequestId[] ids = [.. Enumerable.Range(0, 64).Select(i => new RequestId("r" + i))];
        PageKey[][] prompts = [.. Enumerable.Range(0, 400).Select(i => ToyCluster.Prompt(common: 20 + (i % 7), own: 30, unique: i))];
        var match = new PrefixMatch();

        void Decide(int i)
        {
            RequestId id = ids[i % ids.Length];
            PageKey[] prompt = prompts[i % prompts.Length];
            TimeSpan now = Seconds(i * 0.1);
            scheduler.Complete(id, new CompletionFacts(CompletionOutcome.Completed, 0, 10, 0.5, 1), now);
            tree.Settle(id);
            tree.Match(prompt, match, now, scheduler.Policy.WantsEvictions);
            PlacementResult placed = scheduler.Place(new PlacementQuery(id, prompt.Length * 16, 100) { Keys = prompt }, match, now);
            tree.Promise(placed.Worker, prompt, id, now);
            tree.Store(placed.Worker, prompt);
        }

        for (int i = 0; i < 12_000; i++)
        {
            Decide(i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 12_000; i < 16_000; i++)
        {
            Decide(i);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4000, "that is less than a byte a decision");
        tree.CheckIntegrity();
        scheduler.CheckIntegrity();
    }
}
