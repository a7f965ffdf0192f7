namespace Preble.Embedded.Hosting;

/// <summary>
/// The time of a host, in ticks of 100 ns since it started. <see cref="Now"/> is read for every request, so it only moves with each tick of
/// one timer, which also drives all that depends on time.
/// </summary>
internal sealed class HostClock : IDisposable
{
    private readonly long _start;
    private readonly Action<long> _onTick;
    private ITimer? _timer;
    private long _now;
    private int _ticking;

    /// <param name="time">The time.</param>
    /// <param name="resolution">Time between two ticks.</param>
    /// <param name="onTick">Called with each tick, never twice at once.</param>
    public HostClock(TimeProvider time, TimeSpan resolution, Action<long> onTick)
    {
        Time = time;
        ResolutionTicks = resolution.Ticks;
        _start = time.GetTimestamp();
        _onTick = onTick;
    }

    public TimeProvider Time { get; }

    /// <summary>Time between two ticks: by so much <see cref="Now"/> may be behind.</summary>
    public long ResolutionTicks { get; }

    /// <summary>Time of the last tick.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>Begins to tick.</summary>
    public void Start()
    {
        TimeSpan period = TimeSpan.FromTicks(ResolutionTicks);
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _timer = Time.CreateTimer(static clock => ((HostClock)clock!).Tick(), this, period, period);
    }

    /// <summary>The time now.</summary>
    public long Read() => Time.GetElapsedTime(_start).Ticks;

    public void Dispose() => _timer?.Dispose();

    private void Tick()
    {
        if (Interlocked.Exchange(ref _ticking, 1) == 1) return;
        try
        {
            long now = Read();
            Volatile.Write(ref _now, now);
            _onTick(now);
        }
        finally
        {
            Volatile.Write(ref _ticking, 0);
        }
    }
}
