namespace Preble.Grains.Interfaces;

/// <summary>Streams one prompt of a call, and begins it again while nothing of it has come.</summary>
/// <param name="grains">Gives the request grain.</param>
/// <param name="patience">For how long it is begun again since it first failed.</param>
/// <param name="clock">Measures it.</param>
internal sealed class PromptPump(IGrainFactory grains, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);
    private long? _failedAt;
    private TimeSpan _pause = PauseMin;
    private bool _hasBegun;

    /// <summary>Runs it to its end. An exception is what is left when it had begun, or when patience is over.</summary>
    public async Task RunAsync(GenerateRequest request, Action<GenerationEvent> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await PassAsync(request, take, cancellationToken))
                {
                    return;
                }

                // An attempt that seemed to fail did arrive, and the id is used; its events are lost, and it ends by itself.
                request = request.RunAgain(GrainKeys.RequestAgain(request.RequestId));
            }
            catch (Exception exception) when (IsToBeginAgain(exception, cancellationToken))
            {
                await Task.Delay(_pause, clock, cancellationToken);
                _pause = 2 * _pause < PauseMax ? 2 * _pause : PauseMax;
            }
        }
    }

    /// <returns>False if the id was used by an attempt before.</returns>
    private async Task<bool> PassAsync(GenerateRequest request, Action<GenerationEvent> take, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<GenerationEvent> events = grains.GetGrain<IRequestGrain>(request.RequestId).RunAsync(request, cancellationToken);
        await foreach (GenerationEvent item in events.WithCancellation(cancellationToken))
        {
            if (!_hasBegun && _failedAt is not null && item.Failure == Outcome.DuplicateRequest)
            {
                return false;
            }

            _hasBegun = true;
            take(item);
        }

        return true;
    }

    /// <summary>A grain with too many calls before it is told of at once, so that callers go where there is room.</summary>
    private bool IsToBeginAgain(Exception exception, CancellationToken cancellationToken)
    {
        if (_hasBegun || cancellationToken.IsCancellationRequested || exception is LimitExceededException || !HostFailures.MayPass(exception))
        {
            return false;
        }

        _failedAt ??= clock.GetTimestamp();
        return clock.GetElapsedTime(_failedAt.Value) + _pause <= patience;
    }
}
