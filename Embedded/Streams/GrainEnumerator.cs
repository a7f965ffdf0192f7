using System.Runtime.ExceptionServices;
using Orleans.Runtime;
using Preble.Embedded.Activations;

namespace Preble.Embedded.Streams;

/// <summary>
/// The consuming side of one enumeration. It runs wherever its consumer does, and like every enumerator serves one consumer at a time.
/// </summary>
internal sealed class GrainEnumerator<T> : IAsyncEnumerator<T>
{
    private readonly GrainReference _grain;
    private readonly Func<object, CancellationToken, IAsyncEnumerable<T>> _invoke;
    private readonly int _batchMax;
    private readonly CancellationTokenSource? _linked;
    private readonly CancellationToken _cancellationToken;

    // Set within a turn of the producing activation, before it answers the first read.
    private volatile Enumeration<T>? _enumeration;
    private PollResult<T> _current;
    private int _index;
    private volatile bool _over;
    private bool _disposed;

    public GrainEnumerator(
        GrainReference grain,
        Func<object, CancellationToken, IAsyncEnumerable<T>> invoke,
        int batchMax,
        CancellationToken callToken,
        CancellationToken enumeratorToken)
    {
        _grain = grain;
        _invoke = invoke;
        _batchMax = batchMax;
        _current = new PollResult<T>(PollStatus.NoneYet);
        if (callToken.CanBeCanceled && enumeratorToken.CanBeCanceled && callToken != enumeratorToken)
        {
            _linked = CancellationTokenSource.CreateLinkedTokenSource(callToken, enumeratorToken);
            _cancellationToken = _linked.Token;
        }
        else
        {
            _cancellationToken = enumeratorToken.CanBeCanceled ? enumeratorToken : callToken;
        }
    }

    /// <summary>Whether an activation has begun to produce.</summary>
    public bool IsOpen => _enumeration is not null;

    /// <inheritdoc/>
    public T Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current.Status != PollStatus.Elements) throw new InvalidOperationException("The enumerator is at no element.");
            return _current.Batch is { } batch ? batch[_index] : _current.Element!;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> MoveNextAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_current.Batch is { } batch && _index + 1 < batch.Count)
        {
            _index++;
            return new ValueTask<bool>(true);
        }

        return _over ? new ValueTask<bool>(false) : ReadAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_over) await EndAsync();
        _linked?.Dispose();
    }

    /// <summary>The producing side, which the first read opens. Within a turn of the activation.</summary>
    /// <exception cref="EnumerationAbortedException">Another activation has opened it, which is over.</exception>
    public Enumeration<T> OpenOn(Activation activation)
    {
        if (_enumeration is null)
        {
            var opened = new Enumeration<T>(activation, _batchMax, _invoke);
            _enumeration = opened;
            // A consumer that gives up meanwhile does it the other way round, so at least one sees the other.
            Interlocked.MemoryBarrier();
            if (_over) _ = opened.DisposeAsync().AsTask();
        }

        if (!ReferenceEquals(_enumeration.Activation, activation)) throw Aborted();
        return _enumeration;
    }

    private static EnumerationAbortedException Aborted() => new(
        "Enumeration aborted: the grain was deactivated since it began, or nobody read it for longer than the response timeout.");

    private async ValueTask<bool> ReadAsync()
    {
        try
        {
            while (true)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                PollResult<T> result = await PollAsync();
                if (result.Status == PollStatus.NoneYet) continue;
                _current = result;
                _index = 0;
                if (result.Status == PollStatus.Elements) return true;
                _over = true;
                if (result.Exception is { } exception) ExceptionDispatchInfo.Throw(exception);
                if (result.Status == PollStatus.Canceled) throw new OperationCanceledException();
                if (result.Status == PollStatus.Aborted) throw Aborted();
                return false;
            }
        }
        catch when (!_over)
        {
            _current = new PollResult<T>(PollStatus.Canceled);
            await EndAsync();
            throw;
        }
    }

    private async Task<PollResult<T>> PollAsync()
    {
        var poll = new PollRequest<T>(this, _grain.Host);
        if (_enumeration is null) _grain.Send(poll);
        else if (!_enumeration.Activation.Receive(poll)) return new PollResult<T>(PollStatus.Aborted);
        using CancellationTokenRegistration registration = _cancellationToken.UnsafeRegister(
            static (poll, token) => ((PollRequest<T>)poll!).Cancel(token), poll);
        return await poll.Result;
    }

    /// <summary>Lets the producer run its finally blocks, and waits for them.</summary>
    private async Task EndAsync()
    {
        _over = true;
        Interlocked.MemoryBarrier();
        if (_enumeration is not { } enumeration) return;
        var request = new DisposeRequest(enumeration, _grain.Host);
        if (enumeration.Activation.Receive(request)) await request.Result;
    }
}
