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
    private readonly TaskCompletionSource<PollResult<T>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PollRequest(GrainEnumerator<T> consumer, EmbeddedHost host)
    {
        _consumer = consumer;
        _host = host;
        SentAt = host.Clock.Now;
    }

    public Task<PollResult<T>> Result => _completion.Task;

    public override RequestKind Kind => RequestKind.Interleaving;

    public override long LifetimeTicks => _host.ResponseTimeout.Ticks / 2;

    /// <summary>Answers it.</summary>
    public void Complete(in PollResult<T> result) => _completion.TrySetResult(result);

    /// <summary>Ends it for a consumer that no longer waits.</summary>
    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    public override bool Start(Activation activation)
    {
        if (_completion.Task.IsCompleted) return true;
        Task? pending;
        try
        {
            pending = _consumer.OpenOn(activation).Read(this);
        }
        catch (Exception exception)
        {
            Complete(new(PollStatus.Failed, Exception: exception));
            return true;
        }

        if (pending is null || pending.IsCompletedSuccessfully) return true;
        pending.ContinueWith(
            static (task, state) =>
            {
                var request = (PollRequest<T>)state!;
                if (task.Exception?.InnerException is { } exception) request.Complete(new(PollStatus.Failed, Exception: exception));
                request.Owner!.End(request);
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return false;
    }

    // The first read may go to any activation, each later one only to that which has the enumeration.
    public override bool IsLocal => _consumer.IsOpen;

    public override void Fail(Exception exception) =>
        Complete(_consumer.IsOpen ? new(PollStatus.Aborted) : new(PollStatus.Failed, Exception: exception));

    public override void Expire(Activation activation)
    {
        // Within a turn, so that no element comes between. A read that waits for its activation is out of the queue by now.
        if (Place == RequestPlace.Running) activation.Post(() => Complete(new(PollStatus.NoneYet)));
        else Complete(new(PollStatus.NoneYet));
    }
}
