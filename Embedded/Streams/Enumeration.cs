using Preble.Embedded.Activations;

namespace Preble.Embedded.Streams;

/// <summary>
/// The producing side of one enumeration. Everything here runs within turns of its activation. A read takes all elements that are ready, up
/// to the batch size, and leaves the next step of the producer pending, so that the producer works while the consumer does.
/// </summary>
internal sealed class Enumeration<T> : IOpenEnumeration
{
    private readonly Activation _activation;
    private readonly int _batchMax;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<T> _producer;
    private PollRequest<T>? _waiting;
    private Task<bool>? _pending;
    private Task? _disposed;
    private bool _read;

    /// <param name="activation">Where it is produced.</param>
    /// <param name="batchMax">Elements that one read takes at most.</param>
    /// <param name="invoke">Calls the grain's method.</param>
    public Enumeration(Activation activation, int batchMax, Func<object, CancellationToken, IAsyncEnumerable<T>> invoke)
    {
        _activation = activation;
        _batchMax = batchMax;
        _producer = invoke(activation.GrainInstance!, _cancellation.Token).GetAsyncEnumerator(_cancellation.Token);
        activation.Enumerations.Add(this);
    }

    /// <summary>The activation that produces this.</summary>
    public Activation Activation => _activation;

    /// <summary>Serves one read.</summary>
    /// <returns>Null when the read is answered, or a task that ends when it is.</returns>
    public Task? Read(PollRequest<T> poll)
    {
        _read = true;
        if (_disposed is not null)
        {
            poll.Answer(new(PollStatus.Aborted));
            return null;
        }

        if (_pending is null)
        {
            (PollResult<T> ready, bool hasReady) = TakeReady();
            if (hasReady)
            {
                poll.Answer(ready);
                return null;
            }
        }

        return AwaitNext(poll);
    }

    public void ReleaseRead() => _waiting?.Answer(new(PollStatus.NoneYet));

    public bool IsForgotten()
    {
        bool forgotten = !_read && _waiting is null;
        _read = false;
        return forgotten;
    }

    public ValueTask DisposeAsync() => new(_disposed ??= DisposeCore());

    private (PollResult<T> Ready, bool HasReady) TakeReady()
    {
        T? first = default;
        List<T>? batch = null;
        for (int count = 0; count < _batchMax; count++)
        {
            ValueTask<bool> next = MoveNext();
            if (!next.IsCompletedSuccessfully || !next.Result)
            {
                // The end too is left for the next read, behind the elements.
                _pending = next.IsCompletedSuccessfully ? Task.FromResult(false) : next.AsTask();
                return (new(PollStatus.Elements, first, batch), count > 0);
            }

            T element = _producer.Current;
            if (count == 0) first = element;
            else (batch ??= [first!]).Add(element);
        }

        return (new(PollStatus.Elements, first, batch), true);
    }

    private ValueTask<bool> MoveNext()
    {
        try
        {
            return _producer.MoveNextAsync();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<bool>(exception);
        }
    }

    private async Task AwaitNext(PollRequest<T> poll)
    {
        Task<bool> pending = _pending!;
        if (!pending.IsCompleted)
        {
            _waiting = poll;
            await Task.WhenAny(pending, poll.WhenOver());
            if (ReferenceEquals(_waiting, poll)) _waiting = null;
            // The reader has the time of a whole look from now on to ask again.
            _read = true;
            // Released, cancelled or disposed meanwhile: what is pending stays for the next read.
            if (poll.IsOver) return;
        }

        _pending = null;
        if (pending.IsCompletedSuccessfully && pending.Result)
        {
            poll.Answer(new(PollStatus.Elements, _producer.Current));
            return;
        }

        await DisposeAsync();
        poll.Answer(
            pending.IsCanceled ? new(PollStatus.Canceled)
            : pending.Exception?.InnerException is { } exception ? new(PollStatus.Failed, Exception: exception)
            : new(PollStatus.Completed));
    }

    private async Task DisposeCore()
    {
        _activation.Enumerations.Remove(this);
        _waiting?.Answer(new(PollStatus.Aborted));
        try
        {
            _cancellation.Cancel();
        }
        catch (Exception exception)
        {
            _activation.Host.Log.EnumerationFailed(_activation.GrainId, exception);
        }

        try
        {
            // A producer cannot be disposed of in the middle of a step; one that does not heed its token is left to itself.
            if (_pending is { } pending)
            {
                await ((Task)pending).WaitAsync(_activation.Host.ResponseTimeout, _activation.Host.Clock.Time)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                if (!pending.IsCompleted) return;
                _ = pending.Exception;
            }

            await _producer.DisposeAsync();
        }
        catch (Exception exception)
        {
            _activation.Host.Log.EnumerationFailed(_activation.GrainId, exception);
        }
    }
}
