using Microsoft.Extensions.Logging;
using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// Has the scheduler place a request, and waits while there is no worker or no scheduler to be reached, as after the death of a silo.
/// </summary>
internal sealed partial class Placer(ISchedulerGrain scheduler, SchedulerSettings settings, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <summary>After so long a call to the scheduler is made anew: the one before may have gone to a silo that is no more.</summary>
    internal static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(5);

    /// <summary>Grows over the whole life of the request, so that attempts at a place do not run out while what is wrong can still pass.</summary>
    private TimeSpan _pause = PauseMin;

    /// <summary>A place, or the refusal that is left when patience is over.</summary>
    /// <param name="request">What is wanted, of workers other than these.</param>
    /// <param name="excluded">Workers that have lost the request; forgotten with each pause, as one of them may be back when nobody else is there.</param>
    /// <param name="waits">Whether a refusal may pass.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PlacementReply> PlaceAsync(
        Func<List<string>, PlacementRequest> request, List<string> excluded, Func<Outcome, bool> waits, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(settings.PatienceSeconds);
        long begun = clock.GetTimestamp();
        for (; ; _pause = Shorter(2 * _pause, PauseMax))
        {
            PlacementReply reply = await TryAsync(request(excluded));
            TimeSpan left = patience - clock.GetElapsedTime(begun);
            if (reply.Refusal is not { } refusal || left < PauseMin || !waits(refusal))
            {
                return reply;
            }

            await Task.Delay(Shorter(_pause, left), clock, cancellationToken);
            excluded.Clear();
        }
    }

    /// <summary>Tells how a placement ended. A scheduler that does not hear it forgets the load by itself.</summary>
    /// <returns>Why it was placed there, if the report asks for that; null where the scheduler does not say.</returns>
    public async Task<PlacementExplanation?> CompleteAsync(CompletionReport report)
    {
        try
        {
            return await scheduler.CompleteAsync(report).WaitAsync(CallLimit, clock);
        }
        catch (Exception exception)
        {
            LogUntold(logger, exception, report.RequestId);
            return null;
        }
    }

    private async Task<PlacementReply> TryAsync(PlacementRequest request)
    {
        try
        {
            return await scheduler.PlaceAsync(request).WaitAsync(CallLimit, clock);
        }
        catch (LimitExceededException)
        {
            return NoPlace(Outcome.QueueFull, "The scheduler has more requests before it than it may.");
        }
        catch (Exception exception) when (HostFailures.MayPass(exception))
        {
            return NoPlace(Outcome.NoWorker, $"The scheduler cannot be reached: {exception.Message}");
        }
        catch (Exception exception)
        {
            LogPlacement(logger, exception, request.RequestId);
            return NoPlace(Outcome.WorkerFailed, $"The scheduler failed: {exception.Message}");
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static PlacementReply NoPlace(Outcome outcome, string message) =>
        new() { Refusal = outcome, ExpectedCachedTokens = 0, Message = message, RetryAfterSeconds = 1 };

    [LoggerMessage(Level = LogLevel.Error, Message = "The scheduler failed to place {RequestId}.")]
    private static partial void LogPlacement(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler did not hear of the end of {RequestId}.")]
    private static partial void LogUntold(ILogger logger, Exception exception, string requestId);
}
