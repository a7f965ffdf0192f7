using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Owns one prompt until it ends exactly once, and remembers for some minutes how it did.</summary>
[CollectionAgeLimit(Minutes = 5)]
[OwnerPlacement]
public sealed partial class RequestGrain(SchedulerSettings settings, ISilos silos, TimeProvider clock, ILogger<RequestGrain> logger) : Grain, IRequestGrain
{
    /// <summary>
    /// Workers that may fail a request before it fails with the last of them: what no worker survives must not be tried on all. Enough for one that meets
    /// several deaths in its time.
    /// </summary>
    public const int AttemptsMax = 6;

    /// <summary>Workers that may pass a request on, as they leave or are full, before that counts as a failure too.</summary>
    private const int MovesMax = 64;

    /// <summary>For which one that is asked for is there though it never ran. Going at once, it would send away who is about to run it, and that more than once.</summary>
    private static readonly TimeSpan VacantMax = TimeSpan.FromSeconds(5);

    private RequestRecord? _record;
    private IGrainTimer? _vacant;

    /// <remarks>
    /// 1. Refuse an id that was used before. 2. Have the scheduler place the prompt; where there is no worker now, wait for one. 3. Pass on what the worker
    /// streams. 4. If the worker is lost or leaves, place the prompt again with the tokens already sent, elsewhere. 5. Tell the scheduler how it ended, also
    /// when the client went away.
    /// </remarks>
    public async IAsyncEnumerable<GenerationEvent> RunAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 1. One run for each id.
        if (_record is not null)
        {
            yield return Failures.Event("", Outcome.DuplicateRequest, $"Request id '{request.RequestId}' was used before.");
            yield break;
        }

        RequestRecord record = _record = new RequestRecord(request);
        bool isRemembered = silos.Gateways.Count > 1;
        bool isCopied = isRemembered || request.FirstId is not null;
        ISchedulerGrain scheduler = GrainFactory.GetGrain<ISchedulerGrain>(request.Model);
        var placer = new Placer(scheduler, settings, clock, logger);
        var progress = new RequestProgress(request);
        var moves = new RequestMoves(AttemptsMax, MovesMax);
        GenerationEvent? failure = null;
        Task told = Task.CompletedTask;
        try
        {
            while (true)
            {
                // 2. Place.
                PlacementReply place = await placer.PlaceAsync(excluded => progress.Placement(request, excluded), moves.Excluded, moves.Waits, cancellationToken);
                if (place.Refusal is { } refusal)
                {
                    failure ??= Failures.Event("", refusal, place.Message ?? refusal.ToString(), place.RetryAfterSeconds);
                    record.End(failure.Failure!.Value, failure.Message);
                    yield return failure;
                    yield break;
                }

                string worker = place.WorkerId!;
                record.Place(place);
                Copy(isCopied);
                Outcome outcome = Outcome.Cancelled;
                long placedAt = clock.GetTimestamp();
                double? ttft = null;
                try
                {
                    // 3. Stream.
                    await using var stream = new WorkerStream(worker, place.WorkerEpoch, scheduler, TimeSpan.FromSeconds(settings.LeaseSeconds), clock);
                    stream.Start(GrainFactory.GetGrain<IWorkerGrain>(worker), progress.Continue(request) with { Attempt = record.Attempts });
                    while (true)
                    {
                        GenerationEvent item = await stream.NextAsync(cancellationToken);
                        if (item.Failure is not null)
                        {
                            failure = item;
                            break;
                        }

                        ttft ??= clock.GetElapsedTime(placedAt).TotalSeconds;
                        progress.Add(item);
                        record.Run(progress);
                        if (progress.HasEnded)
                        {
                            outcome = Outcome.Completed;
                            record.End(outcome, null);
                        }

                        record.AwaitsReader = true;
                        yield return item;
                        record.AwaitsReader = false;
                        if (progress.HasEnded)
                        {
                            yield break;
                        }
                    }

                    outcome = failure.Failure!.Value;
                }
                finally
                {
                    // 5. Every placement is closed, however it ended; who reads the stream has its end before the scheduler has answered.
                    CompletionReport report = CompletionOf(request, worker, outcome, progress, ttft, clock.GetElapsedTime(placedAt).TotalSeconds);
                    told = TellAsync(placer, report with { Explained = isRemembered });
                }

                // 4. Elsewhere, with what was already sent.
                if (moves.MayMove(worker, outcome))
                {
                    await told;
                    LogMoved(logger, request.RequestId, worker, outcome, progress.OutputTokens, failure.Message);
                    continue;
                }

                record.End(outcome, failure.Message);
                yield return failure;
                yield break;
            }
        }
        finally
        {
            record.AwaitsReader = false;
            if (!record.HasEnded)
            {
                record.End(Outcome.Cancelled, "The client went away.");
            }

            Copy(isCopied);
            if (isRemembered)
            {
                _ = CopyAfterAsync(told);
            }
        }
    }

    public async Task<RequestDescription?> DescribeAsync()
    {
        if (_record is null)
        {
            GoUnlessRun();
            return null;
        }

        RequestDescription description = _record.Description;
        PlacementExplanation? told = await GrainFactory.ExplainAsync(description, clock);
        return description with { Placement = told is { Table.Length: > 0 } ? told : description.Placement ?? told };
    }

    public Task<RequestStanding?> StandingAsync()
    {
        if (_record is null)
        {
            GoUnlessRun();
        }

        return Task.FromResult(_record?.Standing);
    }

    private void GoUnlessRun() => _vacant ??= this.RegisterGrainTimer(
        () =>
        {
            if (_record is null)
            {
                DeactivateOnIdle();
            }

            return Task.CompletedTask;
        },
        new GrainTimerCreationOptions(VacantMax, Timeout.InfiniteTimeSpan));

    private async Task TellAsync(Placer placer, CompletionReport report) => _record!.Leave(await placer.CompleteAsync(report));

    /// <summary>Has it remembered why it was placed there, too, once the scheduler has said so; the end itself does not wait for that.</summary>
    private async Task CopyAfterAsync(Task told)
    {
        await told;
        if (_record!.Description.Placement is not null)
        {
            Copy(isCopied: true);
        }
    }

    /// <summary>Has gateways remember how it stands: another one, where there is one, and those who know it by its first id. Not waited for.</summary>
    private void Copy(bool isCopied)
    {
        if (isCopied)
        {
            _ = GrainFactory.GetGrain<IRequestRecordsGrain>(GrainKeys.Records(GrainKeys.SiloOf(this.GetPrimaryKeyString()))).CopyAsync(_record!.Description);
        }
    }

    private static CompletionReport CompletionOf(GenerateRequest request, string worker, Outcome outcome, RequestProgress progress, double? ttft, double total) => new()
    {
        RequestId = request.RequestId,
        WorkerId = worker,
        Outcome = outcome,
        CachedTokens = progress.CachedTokens,
        OutputTokens = progress.OutputTokens,
        TtftSeconds = ttft,
        TotalSeconds = total,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} leaves worker {Worker} ({Outcome}) after {OutputTokens} tokens: {Reason}")]
    private static partial void LogMoved(ILogger logger, string requestId, string worker, Outcome outcome, int outputTokens, string? reason);
}
