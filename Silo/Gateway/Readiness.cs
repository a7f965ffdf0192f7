namespace Preble.Silo.Gateway;

/// <summary>
/// Whether requests should be sent to this silo. While no worker is to be found, as when the scheduler moves, requests wait; for as long as they do a silo
/// that was ready stays so, as a balancer would else have nobody to send them to. Any thread.
/// </summary>
internal sealed class Readiness(PrebleOptions options, TimeProvider clock)
{
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(options.PatienceSeconds);
    private readonly Lock _looks = new();
    private bool _wasReady;
    private long? _missedAt;

    /// <summary>Takes in what was just found out.</summary>
    /// <param name="takesPart">Whether the silo is of its cluster and does not stop; without that it is not ready.</param>
    /// <param name="served">Whether every model has a worker that seems to live.</param>
    public bool Observe(bool takesPart, bool served)
    {
        lock (_looks)
        {
            _wasReady |= takesPart && served;
            _missedAt = served ? null : _missedAt ?? clock.GetTimestamp();
            return takesPart && _wasReady && (_missedAt is not { } since || clock.GetElapsedTime(since) < _patience);
        }
    }
}
