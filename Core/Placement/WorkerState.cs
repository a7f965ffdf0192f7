namespace Preble.Core.Placement;

/// <summary>A worker with what the scheduler needs to keep its view current.</summary>
internal sealed class WorkerState(WorkerProfile profile)
{
    public WorkerView View { get; } = new(profile);

    public WorkerId Id => View.Id;

    public LinkedList<LiveRequest> Requests { get; } = new();

    /// <summary>What each reported sequence of a request adds that was not placed here, as after a restart of the scheduler.</summary>
    public List<LoadSums> Untracked { get; } = [];

    /// <summary>
    /// When the first token was foreseen, had it passed nobody, of the most overdue of those who wait, as last reported, and do not go before those for whom there
    /// is no room (<see cref="WorkerView.PassesForRoom"/>); nothing if there is none. Of requests that were placed here: others' are known by their loads alone.
    /// </summary>
    public TimeSpan? EarliestDue
    {
        get
        {
            TimeSpan? earliest = null;
            foreach (LiveRequest request in Requests)
            {
                LoadSums load = request.Load;
                bool waits = request.Seen && load.Queued > 0 && load.Queued == load.Sequences;
                if (waits && !WorkerView.PassesForRoom(load.CachedTokens, load.ContextTokens))
                {
                    earliest = earliest is { } due && due < request.DueAt ? due : request.DueAt;
                }
            }

            return earliest;
        }
    }

    /// <summary>Sequence number of the last report.</summary>
    public long ReportSequence { get; set; } = long.MinValue;

    /// <summary>Reports applied.</summary>
    public long ReportNumber { get; set; }

    /// <summary>On the scheduler's clock.</summary>
    public TimeSpan JoinedAt { get; set; }

    /// <summary>When it was heard of last, in the time of <see cref="Leases"/>.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>When it was last held to be lost, on the scheduler's clock.</summary>
    public TimeSpan SuspectedAt { get; set; }

    /// <summary>Whether it has had a prompt or has told of its steps.</summary>
    public bool WasTried { get; set; }

    /// <summary>Learns the rates of this start of the worker; a later start may be on another machine and begins anew.</summary>
    public RateCalibrator Calibrator { get; } = new(profile.Rates);
}
