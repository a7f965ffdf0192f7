namespace Preble.Core.Placement;

/// <summary>
/// Warms workers that join while others are at work: nothing is compiled, faulted in or cached there yet, and an idle worker among busy ones looks best to
/// every prompt at once. Those that join together, within <see cref="GlobalSchedulerOptions.SlowStartGapSeconds"/>, start at full speed.
/// </summary>
internal sealed class SlowStart(GlobalSchedulerOptions options)
{
    private readonly List<WorkerState> _warming = [];

    /// <param name="worker">The newcomer.</param>
    /// <param name="others">All others.</param>
    /// <param name="now">When it joins.</param>
    public void Join(WorkerState worker, List<WorkerState> others, TimeSpan now)
    {
        worker.JoinedAt = now;
        TimeSpan gap = TimeSpan.FromSeconds(options.SlowStartGapSeconds);
        if (options.SlowStartSeconds > 0 && others.Exists(other => now - other.JoinedAt > gap))
        {
            worker.View.Warmth = options.WarmthMin;
            _warming.Add(worker);
        }
    }

    public void Leave(WorkerState worker) => _warming.Remove(worker);

    public void Advance(TimeSpan now)
    {
        for (int i = _warming.Count - 1; i >= 0; i--)
        {
            WorkerView view = _warming[i].View;
            double age = (now - _warming[i].JoinedAt).TotalSeconds / options.SlowStartSeconds;
            view.Warmth = Math.Min(1, options.WarmthMin + ((1 - options.WarmthMin) * age));
            if (age >= 1)
            {
                view.Warmth = 1;
                _warming.RemoveAt(i);
            }
        }
    }

    public void CheckIntegrity(List<WorkerState> workers)
    {
        Invariant.Holds(_warming.TrueForAll(workers.Contains), "only workers that are there warm");
        foreach (WorkerState worker in workers)
        {
            bool warms = worker.View.Warmth < 1;
            Invariant.Holds(warms == _warming.Contains(worker) && worker.View.Warmth >= options.WarmthMin, "a worker that is not warm warms");
        }
    }
}
