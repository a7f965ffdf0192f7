using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// What one worker streams for a request. A worker that cannot be reached, that ends early, or that is silent while the scheduler no longer knows it,
/// ends the stream as lost: a silo that dies need not be waited for until its calls fail.
/// </summary>
/// <param name="worker">The worker, by its id.</param>
/// <param name="epoch">Of the worker the request was placed on; 0 if that is not known.</param>
/// <param name="scheduler">Knows who lives.</param>
/// <param name="silence">After so long without an event the scheduler is asked.</param>
/// <param name="clock">Measures it.</param>
internal sealed class WorkerStream(string worker, long epoch, ISchedulerGrain scheduler, TimeSpan silence, TimeProvider clock) : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private IAsyncEnumerator<GenerationEvent>? _events;
    private Task<bool>? _next;

    /// <summary>Hands the request to the worker. Once.</summary>
    public void Start(IWorkerGrain grain, GenerateRequest request) => _events = grain.GenerateAsync(request, _leave.Token).GetAsyncEnumerator(_leave.Token);

    /// <summary>The next event; one with <see cref="GenerationEvent.Failure"/> is the last.</summary>
    /// <exception cref="OperationCanceledException">The caller no longer wants it.</exception>
    public async Task<GenerationEvent> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            ValueTask<bool> next = _events!.MoveNextAsync();
            if (!next.IsCompletedSuccessfully)
            {
                _next = next.AsTask();
                if (await IsGoneBeforeAsync(_next, cancellationToken))
                {
                    return Lost("is silent, and the scheduler no longer knows it");
                }

                next = new ValueTask<bool>(_next);
            }

            bool any = await next;
            _next = null;
            return any ? _events.Current : Lost("ended the stream early");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Lost($"cannot be reached: {exception.Message}");
        }
    }

    /// <summary>Waits for the worker to let go of the request, if it can be reached.</summary>
    public async ValueTask DisposeAsync()
    {
        Task end = EndAsync();
        if (_next is null)
        {
            await end.WaitAsync(silence, clock).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A read that is under way ends before the stream can be disposed.</summary>
    private async Task EndAsync()
    {
        if (_next is { } next)
        {
            Leave();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_events is not null)
        {
            await _events.DisposeAsync();
        }

        _leave.Dispose();
    }

    /// <summary>Within the turn: what reacts to it is the grain's own.</summary>
    private void Leave() => _leave.Cancel();

    /// <summary>Whether the worker turns out to be gone before the event is there.</summary>
    private async Task<bool> IsGoneBeforeAsync(Task next, CancellationToken cancellationToken)
    {
        while (true)
        {
            await next.WaitAsync(silence, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (next.IsCompleted)
            {
                return false;
            }

            if (await IsUnknownAsync(cancellationToken))
            {
                return !next.IsCompleted;
            }
        }
    }

    /// <summary>A scheduler that cannot be asked says nothing of the worker.</summary>
    private async Task<bool> IsUnknownAsync(CancellationToken cancellationToken)
    {
        try
        {
            WorkerStanding standing = await scheduler.StandingAsync(worker).WaitAsync(silence, clock, cancellationToken);
            return !standing.Known || (epoch != 0 && standing.Epoch != epoch);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private GenerationEvent Lost(string how) => Failures.Event(worker, Outcome.WorkerLost, $"Worker '{worker}' {how}.");
}
