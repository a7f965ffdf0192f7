namespace Preble.Core.Placement;

/// <summary>Gives each worker its part of a prompt's match, without a look-up by name for a worker that stands where it stood in the match before.</summary>
internal sealed class MatchDealer(IReadOnlyDictionary<WorkerId, WorkerState> byId)
{
    private WorkerView?[] _bySlot = new WorkerView?[8];
    private long _matches;

    /// <summary>A tree's matches keep a worker at one place, so a name is looked up only once.</summary>
    public void Deal(PrefixMatch match)
    {
        _matches++;
        if (_bySlot.Length < match.Count)
        {
            Array.Resize(ref _bySlot, Math.Max(match.Count, _bySlot.Length * 2));
        }

        for (int slot = 0; slot < match.Count; slot++)
        {
            WorkerMatch found = match[slot];
            if (found.ExpectedPages == 0 && found.Eviction == default)
            {
                continue;
            }

            ref WorkerView? worker = ref _bySlot[slot];
            if (worker is null || worker.HasGone || worker.Id != found.Worker)
            {
                worker = byId.TryGetValue(found.Worker, out WorkerState? state) ? state.View : null;
            }

            if (worker is not null)
            {
                worker.Match = found;
                worker.MatchNumber = _matches;
            }
        }
    }

    /// <summary>What the last match says of a worker; nothing if it does not name it.</summary>
    public WorkerMatch Of(WorkerView worker) => worker.MatchNumber == _matches ? worker.Match : default;
}
