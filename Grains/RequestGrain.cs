using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Grains;

/// <summary>Owns one prompt until it ends exactly once, and remembers for some minutes how it did.</summary>
[CollectionAgeLimit(Minutes = 5)]
[OwnerPlacement]
public sealed partial class RequestGrain(SchedulerSettings settings, TimeProvider clock, ILogger<RequestGrain> logger) : Grain, IRequestGrain
{
    /// <summary>
    /// Workers that may fail a request before it fails with the last of them: what no worker survives must not be tried on all. Enough for one that meets
    /// several deaths in its time.
    /// </summary>
    public const int AttemptsMax = 6;

    /// <summary>Workers that may pass a request on, as they leave or are full, before that counts as a failure too.</summary>
    private const int MovesMax = 64;

    /// <summary>For how long a description waits for the scheduler.</summary>
    private static readonly TimeSpan ExplanationLimit = TimeSpan.FromSeconds(2);

    private RequestDescription? _description;

    /// <remarks>
    /// 1. Refuse an id that was used before. 2. Have the scheduler place the prompt; where there is no worker now, wait for one. 3. Pass on what the worker
    /// streams. 4. If the worker is lost or leaves, place the prompt again with the tokens already sent, elsewhere. 5. Tell the scheduler how it ended, also
    /// when the client went away.
    /// </remarks>
    public async IAsyncEnumerable<GenerationEvent> RunAsync(GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // 1. One run for each id.
        if (_description is not null)
        {
            yield return Failures.Event("", Outcome.DuplicateRequest, $"Request id '{request.RequestId}' was used before.");
            yield break;
        }

        _description = Describe(request);
        ISchedulerGrain scheduler = GrainFactory.GetGrain<ISchedulerGrain>(request.Model);
        var placer = new Placer(scheduler, settings, clock, logger);
        var progress = new RequestProgress(request);
        var moves = new RequestMoves(AttemptsMax, MovesMax);
        GenerationEvent? failure = null;
        try
        {
            while (true)
            {
                // 2. Place.
                PlacementReply place = await placer.PlaceAsync(excluded => progress.Placement(request, excluded), moves.Excluded, moves.Waits, cancellationToken);
                if (place.Refusal is { } refusal)
                {
                    failure ??= Failures.Event("", refusal, place.Message ?? refusal.ToString(), place.RetryAfterSeconds);
                    SetEnd(failure.Failure!.Value, failure.Message);
                    yield return failure;
                    yield break;
                }

                string worker = place.WorkerId!;
                _description = _description with { State = RequestState.Queued, WorkerId = worker, Attempts = _description.Attempts + 1 };
                Outcome outcome = Outcome.Cancelled;
                long placedAt = clock.GetTimestamp();
                double? ttft = null;
                try
                {
                    // 3. Stream.
                    await using var stream = new WorkerStream(worker, place.WorkerEpoch, scheduler, TimeSpan.FromSeconds(settings.LeaseSeconds), clock);
                    stream.Start(GrainFactory.GetGrain<IWorkerGrain>(worker), progress.Continue(request) with { Attempt = _description.Attempts });
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
                        SetRunning(progress);
                        if (progress.HasEnded)
                        {
                            outcome = Outcome.Completed;
                            SetEnd(outcome, null);
                        }

                        yield return item;
                        if (progress.HasEnded)
                        {
                            yield break;
                        }
                    }

                    outcome = failure.Failure!.Value;
                }
                finally
                {
                    // 5. Every placement is closed, however it ended.
                    await placer.CompleteAsync(CompletionOf(request, worker, outcome, progress, ttft, clock.GetElapsedTime(placedAt).TotalSeconds));
                }

                // 4. Elsewhere, with what was already sent.
                if (moves.MayMove(worker, outcome))
                {
                    LogMoved(logger, request.RequestId, worker, outcome, progress.OutputTokens, failure.Message);
                    continue;
                }

                SetEnd(outcome, failure.Message);
                yield return failure;
                yield break;
            }
        }
        finally
        {
            if (_description.Outcome is null)
            {
                SetEnd(Outcome.Cancelled, "The client went away.");
            }
        }
    }

    public async Task<RequestDescription?> DescribeAsync()
    {
        if (_description is null)
        {
            DeactivateOnIdle();
            return null;
        }

        RequestDescription description = _description;
        return description with { Placement = await ExplainAsync(description) };
    }

    /// <summary>Why it was placed there; null while the scheduler cannot be asked.</summary>
    private async Task<PlacementExplanation?> ExplainAsync(RequestDescription description)
    {
        try
        {
            return await GrainFactory.GetGrain<ISchedulerGrain>(description.Model).ExplainAsync(description.RequestId).WaitAsync(ExplanationLimit, clock);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or OperationCanceledException)
        {
            return null;
        }
    }

    private static RequestDescription Describe(GenerateRequest request) => new()
    {
        RequestId = request.RequestId,
        Model = request.Model,
        State = RequestState.Placing,
        PromptTokens = request.PromptTokens.Length,
        Choices = request.Choices,
        CachedTokens = 0,
        CompletionTokens = 0,
        Attempts = 0,
    };

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

    private void SetRunning(RequestProgress progress) => _description = _description! with
    {
        State = RequestState.Running,
        CachedTokens = progress.CachedTokens,
        CompletionTokens = progress.OutputTokens,
    };

    private void SetEnd(Outcome outcome, string? message) => _description = _description! with
    {
        Outcome = outcome,
        Message = message,
        State = outcome switch
        {
            Outcome.Completed => RequestState.Completed,
            Outcome.Cancelled => RequestState.Cancelled,
            Outcome.QueueFull or Outcome.NoWorker or Outcome.PromptTooLong or Outcome.DuplicateRequest or Outcome.WorkerDraining => RequestState.Rejected,
            _ => RequestState.Failed,
        },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} leaves worker {Worker} ({Outcome}) after {OutputTokens} tokens: {Reason}")]
    private static partial void LogMoved(ILogger logger, string requestId, string worker, Outcome outcome, int outputTokens, string? reason);
}
