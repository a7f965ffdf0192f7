using Preble.Embedded.Activations;

namespace Preble.Embedded.References;

/// <summary>A call of a method that ends with one result.</summary>
internal sealed class CallRequest<TArgs, TResult> : Request
{
    private readonly GrainMethod<TArgs, TResult> _method;
    private readonly EmbeddedHost _host;
    private readonly TaskCompletionSource<TResult>? _completion;
    private readonly CancellationTokenSource? _cancellation;
    private TArgs _args;
    private Task? _task;
    private CancellationTokenRegistration _callerToken;

    public CallRequest(GrainMethod<TArgs, TResult> method, TArgs args, EmbeddedHost host)
    {
        _method = method;
        _args = args;
        _host = host;
        SentAt = host.Clock.Now;
        if (!method.Traits.IsOneWay) _completion = new TaskCompletionSource<TResult>(host.Executor.Completion);
        // A source of its own, so that the grain's reactions to cancellation are turns of the grain.
        if (method.Traits.TokenPosition >= 0) _cancellation = new CancellationTokenSource();
    }

    /// <summary>What the caller waits for; completed at once for a one-way call.</summary>
    public Task<TResult> Result => _completion?.Task ?? Completed.Task;

    public override RequestKind Kind => _method.Traits.Kind;

    public override long LifetimeTicks => (_method.Traits.Timeout ?? _host.ResponseTimeout).Ticks + _host.Clock.ResolutionTicks;

    public override bool Start(Activation activation)
    {
        try
        {
            _task = _method.Invoke(activation.GrainInstance!, _args, _cancellation?.Token ?? CancellationToken.None)
                ?? throw new InvalidOperationException($"{_method.Traits.Name} returned null instead of a task.");
        }
        catch (Exception exception)
        {
            _task = Task.FromException<TResult>(exception);
        }

        _args = default!;
        if (_task.IsCompleted) return true;
        _task.ContinueWith(
            static (_, request) => ((Request)request!).Owner!.End((Request)request),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            _host.Executor.Scheduler);
        return false;
    }

    public override void Publish()
    {
        Task task = _task!;
        if (_completion is null)
        {
            if (task.Exception?.InnerException is { } exception) _host.Log.OneWayFailed(_method.Traits.Name, exception);
            return;
        }

        if (task is Task<TResult> withResult) _completion.TrySetFromTask(withResult);
        else if (task.IsCompletedSuccessfully) _completion.TrySetResult(default!);
        else _completion.TrySetFromTask(WithResult(task));
        // When the caller was told something else before, nobody else looks at what the method threw.
        _ = task.Exception;
        _callerToken.Unregister();
    }

    public override void Fail(Exception exception)
    {
        if (_completion is null) _host.Log.OneWayFailed(_method.Traits.Name, exception);
        else _completion.TrySetException(exception);
        _callerToken.Unregister();
    }

    public override void Expire(Activation activation)
    {
        if (_completion is null || _completion.Task.IsCompleted) return;
        TimeSpan timeout = _method.Traits.Timeout ?? _host.ResponseTimeout;
        Fail(new TimeoutException($"Response did not arrive on time in {timeout} for {_method.Traits.Name} of {activation.GrainId}."));
    }

    /// <summary>Cancels the call when the caller's token is cancelled: the caller is told at once, the grain by a turn.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (_completion is null || _completion.Task.IsCompleted) return;
        _callerToken = cancellationToken.UnsafeRegister(
            static (request, token) => ((CallRequest<TArgs, TResult>)request!).Cancel(token), this);
        // It may have completed before there was a registration to take back.
        if (_completion.Task.IsCompleted) _callerToken.Unregister();
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (!_completion!.TrySetCanceled(cancellationToken)) return;
        while (Owner is { } owner)
        {
            RequestPlace place = owner.Withdraw(this);
            // Handed over to a successor meanwhile: ask that one.
            if (place == RequestPlace.None && !ReferenceEquals(owner, Owner)) continue;
            if (place == RequestPlace.Running && _cancellation is { } cancellation) owner.Post(cancellation.Cancel);
            return;
        }
    }

    private static async Task<TResult> WithResult(Task task)
    {
        await task.ConfigureAwait(false);
        return default!;
    }

    private static class Completed
    {
        public static readonly Task<TResult> Task = System.Threading.Tasks.Task.FromResult(default(TResult)!);
    }
}
