using System.Runtime.CompilerServices;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Fault.Tests.World;
using Preble.Grains;
using Preble.Grains.Interfaces;
using WorkerMatch = Preble.Grains.Interfaces.WorkerMatch;

namespace Preble.Fault.Tests.Checks;

/// <summary>What must hold when all faults are over and nothing is left to do.</summary>
internal sealed class FinalChecks(Simulation simulation)
{
    private readonly Dictionary<string, HashSet<ulong>> _held = [];
    private readonly List<ulong[]> _paths = [];

    /// <remarks>1. Every request ended once, with the right text. 2. No page leaked. 3. The scheduler sees no load, and the workers that there are. 4. The
    /// tree holds what the workers hold. 5. Within bounds.</remarks>
    public void Run()
    {
        foreach (SimulatedClient client in simulation.Clients)
        {
            Require(client.Outcome is not null, $"{client.Id} never ended");
            Require(client.Problem() is null, client.Problem()!);
            Require(!simulation.Sizes.IsMild || MayEndSo(client), $"{client.Id} failed: {client.Outcome} {client.Message}");
        }

        foreach (SimulatedSilo silo in simulation.Machines)
        {
            CheckPages(silo.Worker!);
        }

        simulation.Complete(CheckSchedulerAsync);
        simulation.Complete(CheckTreeAsync);
        Scheduler(simulation.Grain<SchedulerGrain>()!).CheckIntegrity();
        Tree(simulation.Grain<PrefixTreeGrain>()!).CheckIntegrity();
    }

    /// <summary>Where there always was a worker: as it should, or refused before it began because the queues were full.</summary>
    private static bool MayEndSo(SimulatedClient client) =>
        client.Outcome is Outcome.Completed or Outcome.Cancelled || (client.Outcome == Outcome.QueueFull && !client.HasBegun);

    private void CheckPages(SimulatedWorker worker)
    {
        worker.CheckIntegrity();
        SchedulerCounts counts = worker.Counts;
        Require(
            counts is { PagesHeld: 0, PagesPinned: 0, Waiting: 0, Running: 0 } && counts.PagesFree + counts.PagesCached == counts.PagesTotal,
            $"{worker.Id} has leaked: {counts}");
        _held[worker.Id] = [.. worker.Paths.SelectMany(path => path)];
        _paths.AddRange(worker.Paths);
    }

    private async Task CheckSchedulerAsync()
    {
        SchedulerStatus status = await simulation.Network.Direct!.GetGrain<ISchedulerGrain>(SimulatedModel.Name).StatusAsync();
        Require(
            status.Workers.Select(worker => worker.WorkerId).Order().SequenceEqual(_held.Keys.Order()),
            $"the scheduler knows {string.Join(", ", status.Workers.Select(worker => worker.WorkerId))}, but there are {string.Join(", ", _held.Keys)}");
        foreach (WorkerStatus worker in status.Workers)
        {
            SchedulerCounts counts = simulation.Machines.Single(silo => silo.Worker!.Id == worker.WorkerId).Worker!.Counts;
            Require(worker.Live == 0 && worker.QueuedPrefillSeconds == 0, $"the scheduler sees load on {worker.WorkerId}: {worker}");
            Require(
                (worker.PagesFree, worker.PagesCached, worker.PagesHeld) == (counts.PagesFree, counts.PagesCached, counts.PagesHeld),
                $"the scheduler sees {worker} where there is {counts}");
            Require(!worker.Draining, $"the scheduler takes {worker.WorkerId} to be leaving");
        }

        Require(Scheduler(simulation.Grain<SchedulerGrain>()!).LiveRequestCount == 0, "the scheduler knows of requests that have ended");
    }

    private async Task CheckTreeAsync()
    {
        IPrefixTreeGrain tree = simulation.Network.Direct!.GetGrain<IPrefixTreeGrain>(SimulatedModel.Name);
        // A match brings the tree's time up to date, so that promises end which nobody has asked about since.
        foreach (ulong[] path in _paths.Prepend([]))
        {
            var request = new MatchRequest { PageKeys = path, PromptTokens = path.Length * SimulatedModel.PageTokens, WithEvictionCost = false, WithPath = false };
            MatchReply match = await tree.MatchAsync(request);
            foreach ((string worker, HashSet<ulong> held) in _held)
            {
                int truth = path.TakeWhile(held.Contains).Count();
                WorkerMatch? seen = Array.Find(match.Workers, item => item.WorkerId == worker);
                Require(
                    (seen?.ResidentPages ?? 0, seen?.ExpectedPages ?? 0) == (truth, truth),
                    $"the tree sees {seen?.ResidentPages ?? 0} pages and expects {seen?.ExpectedPages ?? 0} on {worker}, which holds {truth} of {path.Length}");
            }
        }

        PrefixTree inner = Tree(simulation.Grain<PrefixTreeGrain>()!);
        int pages = _held.Values.Aggregate(new HashSet<ulong>(), (all, held) => [.. all, .. held]).Count;
        Require(inner.PageCount == pages, $"the tree has {inner.PageCount} pages, the workers together {pages}");
        Require(inner.WorkerCount == _held.Count, $"the tree knows {inner.WorkerCount} workers of {_held.Count}");
        Require(inner.PromiseCount == 0, $"the tree believes {inner.PromiseCount} promises");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new SimulationException(problem);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scheduler")]
    private static extern ref GlobalScheduler Scheduler(SchedulerGrain grain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_tree")]
    private static extern ref PrefixTree Tree(PrefixTreeGrain grain);
}
