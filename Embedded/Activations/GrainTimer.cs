using Orleans.Runtime;

namespace Preble.Embedded.Activations;

/// <summary>
/// A timer whose callbacks are requests of its activation. It is itself that request: at most one callback waits or runs, and the time to
/// the next one starts when it has ended.
/// </summary>
internal sealed class GrainTimer : Request, IGrainTimer
{
    // The longest time that a timer of the runtime takes.
    private const long TimeMaxMs = 0xfffffffe;

    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly bool _keepAlive;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime = Timeout.InfiniteTimeSpan;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private Task? _task;
    private bool _firing;
    private bool _changedInCallback;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, bool interleave, bool keepAlive)
    {
        _activation = activation;
        _callback = callback;
        _keepAlive = keepAlive;
        Kind = interleave ? RequestKind.Interleaving : RequestKind.Exclusive;
        // The values of whoever starts the timer are not those of its callbacks.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = activation.Host.Clock.Time.CreateTimer(
                static timer => ((GrainTimer)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public override RequestKind Kind { get; }

    public override bool KeepsActive => _keepAlive;

    public override bool IsLocal => true;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireTime(dueTime, nameof(dueTime));
        RequireTime(period, nameof(period));
        lock (_gate)
        {
            _dueTime = dueTime;
            _period = period;
            _changedInCallback = true;
            if (!_firing && !_disposed.IsCancellationRequested) _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested) return;
            _timer.Dispose();
        }

        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            _activation.Host.Log.TimerFailed(_activation.GrainId, exception);
        }

        _activation.RemoveTimer(this);
    }

    public override bool Start(Activation activation)
    {
        lock (_gate) _changedInCallback = false;
        try
        {
            _task = _disposed.IsCancellationRequested ? Task.CompletedTask : _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            _task = Task.FromException(exception);
        }

        if (_task.IsCompleted) return true;
        _task.ContinueWith(
            static (_, timer) => ((GrainTimer)timer!)._activation.End((GrainTimer)timer),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            _activation.Host.Executor.Scheduler);
        return false;
    }

    public override void Publish()
    {
        if (_task!.Exception is { } exception) _activation.Host.Log.TimerFailed(_activation.GrainId, exception.InnerException ?? exception);
        _task = null;
        lock (_gate)
        {
            _firing = false;
            if (!_disposed.IsCancellationRequested) _timer.Change(_changedInCallback ? _dueTime : _period, Timeout.InfiniteTimeSpan);
        }
    }

    public override void Fail(Exception exception)
    {
        // Its activation is over, and nobody waits for a callback.
    }

    private static void RequireTime(TimeSpan time, string name)
    {
        long milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, TimeMaxMs, name);
    }

    private void OnDue()
    {
        lock (_gate)
        {
            if (_firing || _disposed.IsCancellationRequested) return;
            _firing = true;
        }

        _activation.Receive(this);
    }
}
