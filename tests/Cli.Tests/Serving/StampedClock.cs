namespace Preble.Cli.Tests.Serving;

/// <summary>A clock that its test moves, and that tells when somebody looked at it: then a chunk has been measured, and the next may come.</summary>
internal sealed class StampedClock : TimeProvider
{
    private readonly SemaphoreSlim _looks = new(0);
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        long now = Volatile.Read(ref _now);
        _looks.Release();
        return now;
    }

    public void Advance(double seconds) => Interlocked.Add(ref _now, TimeSpan.FromSeconds(seconds).Ticks);

    /// <summary>Forgets who looked until now.</summary>
    public void Forget()
    {
        while (_looks.Wait(0))
        {
        }
    }

    /// <summary>Ends when somebody has looked.</summary>
    public Task LookedAtAsync(CancellationToken cancel) => _looks.WaitAsync(cancel);
}
