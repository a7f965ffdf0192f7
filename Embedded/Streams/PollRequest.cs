using Preble.Embedded.Activations;

namespace Preble.Embedded.Streams;

/// <summary>
/// One read of an enumeration. It interleaves with everything, as the enumeration itself does. One that finds no element ready waits for
/// half a response timeout and then returns empty, so that the consumer asks again and a lost activation shows.
/// </summary>
internal sealed class PollRequest<T> : Request
{
    private readonly GrainEnumerator<T> _consumer;
    private readonly EmbeddedHost _host;
    private readonly TaskCompletionSource<PollResult<T>> _completion;
    private PollResult<T>? _answer;
    private TaskCompletionSource? _over;

    public PollRequest(GrainEnumerator<T> consumer, EmbeddedHost host)
    {
        _consumer = consumer;
        _host = host;
        _completion = new TaskCompletionSource<PollResult<T>>(host.Executor.Completion);
        SentAt = host.Clock.Now;
    }

    /// <summary>What the consumer waits for.</summary>
    public Task<PollResult<T>> Result => _completion.Task;

    /// <summary>Whether it has an answer, or a consumer that no longer waits for one.</summary>
    public bool IsOver => _answer is not null || _completion.Task.IsCompleted;

    public override RequestKind Kind => RequestKind.Interleaving;

    // The first read may go to any activation, each later one only to that which has the enumeration.
    public override bool IsLocal => _consumer.IsOpen;

    public override long LifetimeTicks => _host.ResponseTimeout.Ticks / 2;

    /// <summary>Answers it, if it has no answer. Within a turn; the consumer gets it when the request has ended.</summary>
    public void Answer(in PollResult<T> result)
    {
        _answer ??= result;
        _over?.TrySetResult();
    }

    /// <summary>Ends it for a consumer that no longer waits. From any thread.</summary>
    public void Cancel(CancellationToken cancellationToken)
    {
        _completion.TrySetCanceled(cancellationToken);
        // Either this sees who waits for the end, or that one sees the end.
        Interlocked.MemoryBarrier();
        _over?.TrySetResult();
    }

    /// <summary>Ends when <see cref="IsOver"/>. Within a turn, once.</summary>
    public Task WhenOver()
    {
        _over = new TaskCompletionSource(_host.Executor.Completion);
        Interlocked.MemoryBarrier();
        if (IsOver) _over.TrySetResult();
        return _over.Task;
    }

    public override bool Start(Activation activation)
    {
        if (IsOver) return true;
        Task? pending;
        try
        {
            pending = _consumer.OpenOn(activation).Read(this);
        }
        catch (Exception exception)
        {
            Answer(new(PollStatus.Failed, Exception: exception));
            return true;
        }

        if (pending is null || pending.IsCompletedSuccessfully) return true;
        pending.ContinueWith(
            static (task, state) =>
            {
                var request = (PollRequest<T>)state!;
                if (task.Exception?.InnerException is { } exception) request.Answer(new(PollStatus.Failed, Exception: exception));
                request.Owner!.End(request);
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            _host.Executor.Scheduler);
        return false;
    }

    public override void Publish()
    {
        if (_answer is { } answer) _completion.TrySetResult(answer);
    }

    public override void Fail(Exception exception) =>
        _completion.TrySetResult(_consumer.IsOpen ? new(PollStatus.Aborted) : new(PollStatus.Failed, Exception: exception));

    public override void Expire(Activation activation)
    {
        // Within a turn, so that no element comes between. A read that waits for its activation is out of the queue by now.
        if (Place == RequestPlace.Running) activation.Post(() => Answer(new(PollStatus.NoneYet)));
        else _completion.TrySetResult(new(PollStatus.NoneYet));
    }
}
