using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>Places every prompt of one model. Key: the model's name.</summary>
[Alias("preble.scheduler")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Chooses a worker for a prompt and promises the prompt's pages to it, so that a burst of siblings follows.</summary>
    [Alias("place")]
    Task<PlacementReply> PlaceAsync(PlacementRequest request);

    /// <summary>Tells that a placed request has ended, however it ended. Repeating it changes nothing.</summary>
    /// <returns>
    /// If the report asks for it, why the request was placed where it was, with at most 16 workers: the chosen one and then the cheapest. Otherwise null.
    /// </returns>
    [Alias("complete")]
    [AlwaysInterleave]
    Task<PlacementExplanation?> CompleteAsync(CompletionReport report);

    /// <summary>Makes a worker known; a new epoch of a known worker replaces the old one.</summary>
    [Alias("register-worker")]
    [AlwaysInterleave]
    Task RegisterWorkerAsync(WorkerRegistration registration);

    /// <summary>Forgets a worker and what it held, in this epoch of it or an earlier one: a later one is not touched.</summary>
    [Alias("remove-worker")]
    [AlwaysInterleave]
    Task RemoveWorkerAsync(string workerId, long epoch);

    /// <summary>
    /// Sends a worker no more prompts, unless all that could take one leave; those that it has go on. Ends when a later epoch of it registers, which
    /// a late word of the earlier one does not touch. One that is not known is none to send to.
    /// </summary>
    [Alias("drain-worker")]
    [AlwaysInterleave]
    Task DrainWorkerAsync(string workerId, long epoch);

    /// <summary>Has other workers compute the most used prefixes of one that leaves, where they have room for them; returns when that is under way.</summary>
    [Alias("hand-over")]
    [AlwaysInterleave]
    Task HandOverAsync(HandOver handOver);

    /// <summary>Brings the view of a worker's load up to date; also the sign that it lives. Stale and repeated reports change nothing.</summary>
    [Alias("report")]
    [AlwaysInterleave]
    Task<WorkerReportReply> ReportAsync(WorkerReport report);

    /// <summary>Whether the scheduler counts on a worker, for those whom it has kept waiting and for itself when it leaves.</summary>
    [Alias("standing")]
    [AlwaysInterleave]
    Task<WorkerStanding> StandingAsync(string workerId);

    /// <summary>The decision record of a request, predicted against actual; null if it is not (or no longer) known.</summary>
    [Alias("explain")]
    [AlwaysInterleave]
    Task<PlacementExplanation?> ExplainAsync(string requestId);

    /// <summary>Policy and workers as the scheduler sees them now.</summary>
    [Alias("status")]
    [AlwaysInterleave]
    Task<SchedulerStatus> StatusAsync();
}
