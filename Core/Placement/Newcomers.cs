namespace Preble.Core.Placement;

/// <summary>
/// What is special about workers that are new.
/// <para>One that joins while others are at work starts slowly: nothing is compiled, faulted in or cached there yet, and an idle worker among busy ones
/// looks best to every prompt at once. Those that join together, within <see cref="GlobalSchedulerOptions.SlowStartGapSeconds"/>, start at full
/// speed.</para>
/// <para>One that has had no prompt while others are measured is untried: the profile is all that is known of it.</para>
/// </summary>
internal sealed class Newcomers(GlobalSchedulerOptions options)
{
    private readonly List<WorkerState> _warming = [];
    private bool _anyMeasured;

    /// <param name="worker">The newcomer.</param>
    /// <param name="others">All others.</param>
    /// <param name="now">When it joins.</param>
    public void Join(WorkerState worker, List<WorkerState> others, TimeSpan now)
    {
        worker.JoinedAt = now;
        worker.View.IsUntried = _anyMeasured;
        TimeSpan gap = TimeSpan.FromSeconds(options.SlowStartGapSeconds);
        if (options.SlowStartSeconds > 0 && others.Exists(other => now - other.JoinedAt > gap))
        {
            worker.View.Warmth = options.WarmthMin;
            _warming.Add(worker);
        }
    }

    /// <param name="worker">Who leaves.</param>
    /// <param name="left">Those who stay.</param>
    public void Leave(WorkerState worker, List<WorkerState> left)
    {
        _warming.Remove(worker);
        if (_anyMeasured && !left.Exists(one => one.Calibrator.HasLearnt))
        {
            _anyMeasured = false;
            left.ForEach(one => one.View.IsUntried = false);
        }
    }

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

    /// <summary>A prompt goes there: what its steps take will be known.</summary>
    public static void Placed(WorkerState worker)
    {
        worker.WasTried = true;
        worker.View.IsUntried = false;
    }

    /// <summary>From the first worker that is measured on, the others are compared with what is known.</summary>
    public void Reported(WorkerState worker, List<WorkerState> all)
    {
        if (!worker.Calibrator.HasLearnt)
        {
            return;
        }

        Placed(worker);
        if (!_anyMeasured)
        {
            _anyMeasured = true;
            all.ForEach(one => one.View.IsUntried = !one.WasTried);
        }
    }

    public void CheckIntegrity(List<WorkerState> workers)
    {
        Invariant.Holds(_warming.TrueForAll(workers.Contains), "only workers that are there warm");
        foreach (WorkerState worker in workers)
        {
            bool warms = worker.View.Warmth < 1;
            Invariant.Holds(warms == _warming.Contains(worker) && worker.View.Warmth >= options.WarmthMin, "a worker that is not warm warms");
            Invariant.Holds(worker.View.IsUntried == (_anyMeasured && !worker.WasTried), "a worker is untried until it is tried");
        }
    }
}
