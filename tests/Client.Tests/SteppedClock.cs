namespace Preble.Client.Tests;

/// <summary>A clock that moves only when its one driver has the next timer fire: as many hours as a test wants pass in no time, and always the same way.</summary>
internal sealed class SteppedClock : TimeProvider
{
    /// <summary>Real time for which a timer is waited for that a test expects.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<Alarm> _set = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since its start.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Alarm(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until somebody waits for a time to come.</summary>
    public Task IsWaitedForAsync() => NextAsync(fires: false, CancellationToken.None);

    /// <summary>Waits until somebody waits for a time to come, and moves there.</summary>
    public async Task FireNextAsync(CancellationToken cancellationToken = default) => (await NextAsync(fires: true, cancellationToken)).Fire();

    private async Task<Alarm> NextAsync(bool fires, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_set)
            {
                if (_set.MinBy(timer => timer.Due) is { } next)
                {
                    if (fires)
                    {
                        _set.Remove(next);
                        _ticks = Math.Max(_ticks, next.Due);
                    }

                    return next;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(Patience, cancellationToken);
        }
    }

    private void Set(Alarm timer, TimeSpan? time)
    {
        lock (_set)
        {
            _set.Remove(timer);
            if (time is { } after)
            {
                timer.Due = _ticks + after.Ticks;
                _set.Add(timer);
                _changed.TrySetResult();
                _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed class Alarm(SteppedClock clock, Action fire) : ITimer
    {
        public long Due { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Set(this, dueTime == Timeout.InfiniteTimeSpan ? null : dueTime);
            return true;
        }

        public void Dispose() => clock.Set(this, null);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
