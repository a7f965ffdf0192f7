namespace Preble.Fault.Tests.Time;

/// <summary>Time that moves only when the simulation fires the next timer, or jumps. One thread.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<(Alarm Alarm, int Setting), (long Due, long Order)> _due = new();
    private long _now;
    private long _settings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since the start.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => Start + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Alarm(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer that is due before a limit, and fires it; late ones fire now.</summary>
    /// <returns>False when there is none; the time is the limit then.</returns>
    public bool FireNext(TimeSpan limit)
    {
        while (_due.TryPeek(out (Alarm Alarm, int Setting) next, out (long Due, long Order) at) && at.Due <= limit.Ticks)
        {
            _due.Dequeue();
            if (next.Alarm.Setting == next.Setting)
            {
                _now = Math.Max(_now, at.Due);
                next.Alarm.Fire();
                return true;
            }
        }

        _now = Math.Max(_now, limit.Ticks);
        return false;
    }

    /// <summary>Moves on at once, as for a machine that was suspended: what was due meanwhile fires late.</summary>
    public void Jump(TimeSpan time) => _now += time.Ticks;

    /// <summary>Runs something later.</summary>
    public void After(TimeSpan time, Action action) => CreateTimer(static action => ((Action)action!)(), action, time, Timeout.InfiniteTimeSpan);

    /// <summary>Ends later.</summary>
    public async Task Delay(TimeSpan time, CancellationToken cancellationToken = default)
    {
        var over = new TaskCompletionSource();
        using ITimer timer = CreateTimer(static over => ((TaskCompletionSource)over!).TrySetResult(), over, time, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            static (over, token) => ((TaskCompletionSource)over!).TrySetCanceled(token), over);
        await over.Task;
    }

    private sealed class Alarm(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Counts the settings, of which only the last one holds.</summary>
        public int Setting { get; private set; }

        public void Fire()
        {
            Setting++;
            if (_period > TimeSpan.Zero)
            {
                Enqueue(_period);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Setting++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Enqueue(dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            Setting++;
            _period = TimeSpan.Zero;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(TimeSpan due) => clock._due.Enqueue((this, Setting), (clock._now + Math.Max(0, due.Ticks), clock._settings++));
    }
}
