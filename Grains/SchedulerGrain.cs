using Preble.Core;
using Preble.Core.Placement;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>
/// Hosts a <see cref="GlobalScheduler"/>; its turn is the scheduler's lock. Placements do not interleave, so that each sees the promises of all before
/// it. A new activation asks all silos for their workers before it serves, but waits for none that is slow.
/// </summary>
[KeepAlive]
[ControlPlacement]
public sealed class SchedulerGrain : Grain, ISchedulerGrain
{
    /// <summary>Of a cost table that gateways remember: as much for each request, however many workers there are.</summary>
    private const int RowsRemembered = 16;

    private static readonly TimeSpan CensusLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeasePeriod = TimeSpan.FromSeconds(1);
    private readonly ISilos _silos;
    private readonly TimeProvider _clock;
    private readonly GlobalScheduler _scheduler;
    private readonly PrefixMatch _match = new();
    private TreeLink _tree = null!;

    public SchedulerGrain(SchedulerSettings settings, ISilos silos, TimeProvider clock)
    {
        _silos = silos;
        _clock = clock;
        IPlacementPolicy policy = PlacementPolicies.Create(settings.Policy, new PolicyOptions { LatencyPreference = settings.LatencyPreference });
        _scheduler = new GlobalScheduler(new GlobalSchedulerOptions { PageTokens = settings.PageTokens, LeaseSeconds = settings.LeaseSeconds }, policy);
    }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string model = this.GetPrimaryKeyString();
        _tree = new TreeLink(GrainFactory.GetGrain<IPrefixTreeGrain>(model), _clock);
        this.RegisterGrainTimer(ExpireLeasesAsync, new GrainTimerCreationOptions(LeasePeriod, LeasePeriod) { Interleave = true });
        await WorkerCensus.TakeAsync(GrainFactory, _silos, model, TakeAsync)
            .WaitAsync(CensusLimit, _clock, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task<PlacementReply> PlaceAsync(PlacementRequest request)
    {
        MatchReply match = await _tree.MatchAsync(new MatchRequest
        {
            PageKeys = request.PageKeys,
            PromptTokens = request.PromptTokens,
            WithEvictionCost = _scheduler.Policy.WantsEvictions,
            WithPath = _scheduler.Policy.WantsPath,
        });
        Messages.Fill(_match, request.PageKeys.Length, match);
        PlacementResult result = _scheduler.Place(Messages.Query(request), _match, Now);
        PlacementReply reply = Messages.Reply(result, request, _scheduler.Workers);
        if (reply.WorkerId is { } worker)
        {
            await _tree.PromiseAsync(new PagePromise { WorkerId = worker, RequestId = request.RequestId, PageKeys = request.PageKeys });
        }

        return reply;
    }

    public async Task<PlacementExplanation?> CompleteAsync(CompletionReport report)
    {
        var request = new RequestId(report.RequestId);
        bool ended = _scheduler.Complete(request, Messages.Facts(report), Now);

        // A late word of where it was before must not end what it was promised since; of a request that this activation never placed the tree may know.
        if (ended || !_scheduler.Knows(request))
        {
            await _tree.SettleAsync(report.RequestId, report.Outcome == Outcome.Completed);
        }

        return report.Explained ? Explanation(report.RequestId, RowsRemembered) : null;
    }

    public async Task RegisterWorkerAsync(WorkerRegistration registration)
    {
        AddWorkerOutcome outcome = _scheduler.AddWorker(Messages.Profile(registration), Now);
        if (outcome is AddWorkerOutcome.TooMany or AddWorkerOutcome.Stale)
        {
            throw new InvalidOperationException($"Worker '{registration.WorkerId}' cannot be registered: {outcome}.");
        }

        await _tree.RegisterWorkerAsync(registration);
    }

    public Task RemoveWorkerAsync(string workerId, long epoch)
    {
        _scheduler.RemoveWorker(new WorkerId(workerId), epoch);
        return _tree.RemoveWorkerAsync(workerId, epoch);
    }

    public Task DrainWorkerAsync(string workerId, long epoch)
    {
        _scheduler.DrainWorker(new WorkerId(workerId), epoch);
        return Task.CompletedTask;
    }

    public Task HandOverAsync(HandOver handOver)
    {
        var warming = new Warming(GrainFactory, this.GetPrimaryKeyString(), FreePages, _clock);
        _ = warming.RunAsync(handOver);
        return Task.CompletedTask;
    }

    public Task<Interfaces.WorkerReportReply> ReportAsync(Interfaces.WorkerReport report)
    {
        ReportOutcome outcome = _scheduler.Report(Messages.Report(report), Now);
        return Task.FromResult(new WorkerReportReply { RegistrationWanted = outcome == ReportOutcome.UnknownWorker });
    }

    public Task<WorkerStanding> StandingAsync(string workerId) => Task.FromResult(Messages.Standing(new WorkerId(workerId), _scheduler.Workers));

    public Task<PlacementExplanation?> ExplainAsync(string requestId) => Task.FromResult(Explanation(requestId, int.MaxValue));

    public Task<SchedulerStatus> StatusAsync() => Task.FromResult(new SchedulerStatus
    {
        Policy = _scheduler.Policy.Name,
        Workers = [.. _scheduler.Workers.Select(Messages.Status)],
    });

    private PlacementExplanation? Explanation(string requestId, int rowsMax) =>
        _scheduler.Explain(new RequestId(requestId), rowsMax) is { } record ? Messages.Explanation(record) : null;

    private int FreePages(string workerId) => _scheduler.Workers.FirstOrDefault(worker => worker.Id.Value == workerId)?.Pages.Free ?? 0;

    /// <summary>A worker of the census. What it has reported itself meanwhile is known by its numbers.</summary>
    private async Task TakeAsync(WorkerAnnouncement worker)
    {
        if (_scheduler.AddWorker(Messages.Profile(worker.Registration), Now) is AddWorkerOutcome.TooMany or AddWorkerOutcome.Stale)
        {
            return;
        }

        if (worker.Report is { } report)
        {
            _scheduler.Report(Messages.Report(report), Now);
        }

        if (worker.Draining)
        {
            _scheduler.DrainWorker(new WorkerId(worker.Registration.WorkerId), worker.Registration.Epoch);
        }

        await _tree.RegisterWorkerAsync(worker.Registration);
    }

    private async Task ExpireLeasesAsync()
    {
        foreach (WorkerProfile worker in _scheduler.ExpireLeases(Now))
        {
            await _tree.RemoveWorkerAsync(worker.Id.Value, worker.Epoch);
        }

        await _tree.RepeatAsync();
    }
}
