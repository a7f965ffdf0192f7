using Preble.Core;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>
/// Hosts a <see cref="GlobalScheduler"/>; its turn is the scheduler's lock. Placements do not interleave, so that each sees the promises of all before
/// it.
/// </summary>
[KeepAlive]
[ControlPlacement]
public sealed class SchedulerGrain : Grain, ISchedulerGrain
{
    private readonly TimeProvider _clock;
    private readonly GlobalScheduler _scheduler;
    private readonly PrefixMatch _match = new();
    private IPrefixTreeGrain? _tree;

    public SchedulerGrain(SchedulerSettings settings, TimeProvider clock)
    {
        _clock = clock;
        IPlacementPolicy policy = PlacementPolicies.Create(settings.Policy, new PolicyOptions { LatencyPreference = settings.LatencyPreference });
        _scheduler = new GlobalScheduler(new GlobalSchedulerOptions { PageTokens = settings.PageTokens }, policy);
    }

    private IPrefixTreeGrain Tree => _tree ??= GrainFactory.GetGrain<IPrefixTreeGrain>(this.GetPrimaryKeyString());

    private TimeSpan Now => _clock.GetElapsedTime(0);

    public async Task<PlacementReply> PlaceAsync(PlacementRequest request)
    {
        MatchReply match = await Tree.MatchAsync(new MatchRequest
        {
            PageKeys = request.PageKeys,
            PromptTokens = request.PromptTokens,
            WithEvictionCost = _scheduler.Policy.WantsEvictions,
            WithPath = _scheduler.Policy.WantsPath,
        });
        Messages.Fill(_match, request.PageKeys.Length, match);
        PlacementResult result = _scheduler.Place(Messages.Query(request), _match, Now);
        if (result.Outcome == PlacementOutcome.Placed)
        {
            await Tree.PromiseAsync(new PagePromise { WorkerId = result.Worker.Value, RequestId = request.RequestId, PageKeys = request.PageKeys });
        }

        return Messages.Reply(result, request, _scheduler.Workers);
    }

    public Task CompleteAsync(CompletionReport report)
    {
        _scheduler.Complete(new RequestId(report.RequestId), Messages.Facts(report), Now);
        return Tree.SettleAsync(report.RequestId, report.Outcome == Outcome.Completed);
    }

    public async Task RegisterWorkerAsync(WorkerRegistration registration)
    {
        AddWorkerOutcome outcome = _scheduler.AddWorker(Messages.Profile(registration), Now);
        if (outcome is AddWorkerOutcome.TooMany or AddWorkerOutcome.Stale)
        {
            throw new InvalidOperationException($"Worker '{registration.WorkerId}' cannot be registered: {outcome}.");
        }

        await Tree.RegisterWorkerAsync(registration);
    }

    public async Task RemoveWorkerAsync(string workerId)
    {
        _scheduler.RemoveWorker(new WorkerId(workerId));
        await Tree.RemoveWorkerAsync(workerId);
    }

    public Task DrainWorkerAsync(string workerId)
    {
        _scheduler.DrainWorker(new WorkerId(workerId));
        return Task.CompletedTask;
    }

    public Task HandOverAsync(HandOver handOver) => Task.CompletedTask;

    public Task<WorkerReportReply> ReportAsync(Interfaces.WorkerReport report)
    {
        ReportOutcome outcome = _scheduler.Report(Messages.Report(report), Now);
        return Task.FromResult(new WorkerReportReply { RegistrationWanted = outcome == ReportOutcome.UnknownWorker });
    }

    public Task<PlacementExplanation?> ExplainAsync(string requestId) =>
        Task.FromResult(_scheduler.Explain(new RequestId(requestId)) is { } record ? Messages.Explanation(record) : null);

    public Task<SchedulerStatus> StatusAsync() => Task.FromResult(new SchedulerStatus
    {
        Policy = _scheduler.Policy.Name,
        Workers = [.. _scheduler.Workers.Select(Messages.Status)],
    });
}
