namespace Preble.Core.Placement;

/// <summary>
/// Which workers were heard of lately, and which of them are held to be lost.
/// <para>A lease runs in the time for which the scheduler listened: a single gap between two calls counts for
/// <see cref="GlobalSchedulerOptions.LeaseGapSecondsMax"/> at most. A machine that slept, a clock that jumped or a scheduler that stood still so takes no
/// worker for dead that had no chance to be heard.</para>
/// </summary>
internal sealed class Leases(GlobalSchedulerOptions options)
{
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.LeaseSeconds);
    private readonly TimeSpan _gapMax = TimeSpan.FromSeconds(options.LeaseGapSecondsMax);
    private readonly TimeSpan _suspicion = TimeSpan.FromSeconds(options.SuspectSeconds);
    private TimeSpan _now;
    private TimeSpan _listened;

    /// <summary>Time has passed.</summary>
    /// <param name="now">Never less than before.</param>
    public void Advance(TimeSpan now)
    {
        TimeSpan gap = now - _now;
        _listened += gap < _gapMax ? gap : _gapMax;
        _now = now;
    }

    /// <summary>Lets a worker's lease begin anew.</summary>
    public void Renew(WorkerState worker) => worker.HeardAt = _listened;

    /// <summary>A worker has reported. What it may have sent before it was suspected does not clear it.</summary>
    public void Heard(WorkerState worker)
    {
        Renew(worker);
        if (worker.View.IsSuspect && _now - worker.SuspectedAt >= _suspicion)
        {
            worker.View.IsSuspect = false;
        }
    }

    /// <summary>A request of the worker ended as if the worker had gone.</summary>
    public void Suspect(WorkerState worker)
    {
        worker.View.IsSuspect = true;
        worker.SuspectedAt = _now;
    }

    public bool HasExpired(WorkerState worker) => _listened - worker.HeardAt > _lease;
}
