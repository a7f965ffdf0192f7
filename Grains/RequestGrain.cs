using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>Owns one prompt until it ends exactly once, and remembers for some minutes how it did.</summary>
[CollectionAgeLimit(Minutes = 5)]
[PreferLocalPlacement]
public sealed partial class RequestGrain(TimeProvider clock, ILogger<RequestGrain> logger) : Grain, IRequestGrain
{
    /// <summary>Workers that are tried before a request fails with <see cref="Outcome.WorkerLost"/>.</summary>
    public const int AttemptsMax = 4;

    private RequestDescription? _description;

    /// <remarks>
    /// 1. Refuse an id that was used before. 2. Have the scheduler place the prompt. 3. Pass on what the worker streams. 4. If the worker is lost,
    /// place the prompt again with the tokens already sent, elsewhere. 5. Tell the scheduler how it ended, also when the client went away.
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
        var progress = new RequestProgress(request);
        var lost = new List<string>();
        GenerationEvent? failure = null;
        try
        {
            while (true)
            {
                // 2. Place.
                PlacementReply place = await PlaceAsync(scheduler, progress.Placement(request, lost));
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
                failure = null;
                try
                {
                    // 3. Stream.
                    IWorkerGrain workerGrain = GrainFactory.GetGrain<IWorkerGrain>(worker);
                    await using var stream = workerGrain.GenerateAsync(progress.Continue(request), cancellationToken).GetAsyncEnumerator(cancellationToken);
                    while (true)
                    {
                        GenerationEvent? item = await NextAsync(stream, worker, cancellationToken);
                        if (item is null or { Failure: not null })
                        {
                            failure = item ?? Failures.Event(worker, Outcome.WorkerLost, $"Worker '{worker}' ended the stream early.");
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
                    await CompleteAsync(scheduler, CompletionOf(request, worker, outcome, progress, ttft, clock.GetElapsedTime(placedAt).TotalSeconds));
                }

                // 4. Elsewhere, with what was already sent.
                if (outcome is Outcome.WorkerLost or Outcome.QueueFull && _description.Attempts < AttemptsMax)
                {
                    LogMoved(logger, request.RequestId, worker, outcome, progress.OutputTokens);
                    lost.Add(worker);
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
        PlacementExplanation? placement = await GrainFactory.GetGrain<ISchedulerGrain>(description.Model).ExplainAsync(description.RequestId);
        return description with { Placement = placement };
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

    /// <summary>A place; a scheduler with too much to do or that cannot be reached has none.</summary>
    private async Task<PlacementReply> PlaceAsync(ISchedulerGrain scheduler, PlacementRequest request)
    {
        try
        {
            return await scheduler.PlaceAsync(request);
        }
        catch (LimitExceededException)
        {
            return NoPlace(Outcome.QueueFull, "The scheduler has more requests before it than it may.");
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return NoPlace(Outcome.NoWorker, $"The scheduler cannot be reached: {exception.Message}");
        }
        catch (Exception exception)
        {
            LogPlacement(logger, exception, request.RequestId);
            return NoPlace(Outcome.WorkerFailed, $"The scheduler failed: {exception.Message}");
        }
    }

    /// <summary>Tells how a placement ended. A scheduler that does not hear it forgets the load by itself; the client's stream does not end for that.</summary>
    private async Task CompleteAsync(ISchedulerGrain scheduler, CompletionReport report)
    {
        try
        {
            await scheduler.CompleteAsync(report);
        }
        catch (Exception exception)
        {
            LogUntold(logger, exception, report.RequestId);
        }
    }

    private static PlacementReply NoPlace(Outcome outcome, string message) =>
        new() { Refusal = outcome, ExpectedCachedTokens = 0, Message = message, RetryAfterSeconds = 1 };

    /// <summary>The next event; a worker that cannot be reached ends the stream as one that was lost.</summary>
    private async Task<GenerationEvent?> NextAsync(IAsyncEnumerator<GenerationEvent> stream, string worker, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNextAsync() ? stream.Current : null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, exception, worker);
            return Failures.Event(worker, Outcome.WorkerLost, $"Worker '{worker}' cannot be reached: {exception.Message}");
        }
    }

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
            Outcome.QueueFull or Outcome.NoWorker or Outcome.PromptTooLong or Outcome.DuplicateRequest => RequestState.Rejected,
            _ => RequestState.Failed,
        },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId} leaves worker {Worker} ({Outcome}) after {OutputTokens} tokens.")]
    private static partial void LogMoved(ILogger logger, string requestId, string worker, Outcome outcome, int outputTokens);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduler failed to place {RequestId}.")]
    private static partial void LogPlacement(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler did not hear of the end of {RequestId}.")]
    private static partial void LogUntold(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Worker {Worker} cannot be reached.")]
    private static partial void LogUnreachable(ILogger logger, Exception exception, string worker);
}
