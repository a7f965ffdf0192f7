using Preble.Core.Caching;
using Preble.Core.Placement;

namespace Preble.Core.Simulation;

/// <summary>One global scheduler with its tree.</summary>
internal sealed class SimulatedRouter
{
    /// <summary>
    /// New tokens that a client allows: far more than most answers have, so that no policy learns the length of an answer from its limit.
    /// </summary>
    private const int NewTokensAllowed = 4096;

    private readonly PrefixTree _tree;
    private readonly PrefixMatch _match = new();

    public SimulatedRouter(SimulationOptions options, int requests)
    {
        _tree = new PrefixTree(new PrefixTreeOptions { PageTokens = options.PageTokens });
        Scheduler = new GlobalScheduler(
            new GlobalSchedulerOptions
            {
                PageTokens = options.PageTokens,
                LiveRequestsMax = Math.Max(65_536, requests),
                CalibratesRates = options.Faults.Calibrates,
            },
            PlacementPolicies.Create(options.Policy, options.PolicyOptions));
    }

    public GlobalScheduler Scheduler { get; }

    public void Add(WorkerProfile profile, int capacityPages, TimeSpan now)
    {
        if (Scheduler.AddWorker(profile, now) != AddWorkerOutcome.Added || !_tree.AddWorker(profile.Id, capacityPages))
        {
            throw new ArgumentException("There are more workers than a scheduler takes.");
        }
    }

    public void Remove(WorkerId worker)
    {
        Scheduler.RemoveWorker(worker);
        _tree.RemoveWorker(worker);
    }

    /// <summary>A worker gets no more requests.</summary>
    public void Drain(WorkerId worker) => Scheduler.DrainWorker(worker);

    /// <summary>Matches, chooses and promises.</summary>
    public PlacementResult Place(SimulatedRequest request, TimeSpan now)
    {
        ReadOnlySpan<PageKey> keys = request.Prompt.Keys.Span;
        _tree.Match(keys, _match, now, Scheduler.Policy.WantsEvictions);
        int limit = Math.Max(NewTokensAllowed, request.Workload.Output.Tokens);
        var query = new PlacementQuery(request.Id, request.Prompt.Length + request.Produced, limit, excluded: request.Refused.ToArray()) { Keys = keys };
        PlacementResult placed = Scheduler.Place(query, _match, now);
        if (placed.Outcome == PlacementOutcome.Placed)
        {
            _tree.Promise(placed.Worker, keys, request.Id, now);
        }

        return placed;
    }

    public void End(SimulatedRequest request, in CompletionFacts facts, TimeSpan now)
    {
        Scheduler.Complete(request.Id, facts, now);
        _ = facts.Outcome == CompletionOutcome.Completed ? _tree.Conclude(request.Id, now) : _tree.Settle(request.Id);
    }

    public void Apply(WorkerId worker, CacheEvent change) => _tree.Apply(worker, change);

    public void Replace(WorkerId worker, CacheDump dump) => _tree.Replace(worker, dump.WholePaths());

    public void Report(WorkerReport report, TimeSpan now) => Scheduler.Report(report, now);

    public void CheckIntegrity()
    {
        Scheduler.CheckIntegrity();
        _tree.CheckIntegrity();
    }
}
