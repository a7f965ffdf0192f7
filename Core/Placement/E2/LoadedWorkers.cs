namespace Preble.Core.Placement.E2;

/// <summary>The workers that requests were sent to. Candidates keep their order, so that one is looked up by name only when that changed.</summary>
internal sealed class LoadedWorkers
{
    private readonly Dictionary<WorkerId, LoadedWorker> _byId = [];
    private LoadedWorker?[] _atCandidate = new LoadedWorker?[8];
    private long _mark;

    public int Count => _byId.Count;

    public IReadOnlyCollection<LoadedWorker> All => _byId.Values;

    /// <param name="view">A worker that has not gone. One that is known by its name stays the same under another view.</param>
    /// <param name="candidate">Its index among the candidates.</param>
    public LoadedWorker Of(WorkerView view, int candidate)
    {
        if (candidate >= _atCandidate.Length)
        {
            Array.Resize(ref _atCandidate, Math.Max(candidate + 1, _atCandidate.Length * 2));
        }

        ref LoadedWorker? worker = ref _atCandidate[candidate];
        if (worker?.View != view)
        {
            if (!_byId.TryGetValue(view.Id, out worker))
            {
                _byId.Add(view.Id, worker = new LoadedWorker(view));
            }

            worker.View = view;
        }

        return worker!;
    }

    /// <summary>Marks the workers of a portion's shares, so that <see cref="Marked"/> finds them without a search, until the next call.</summary>
    public void Mark(KeyPortion portion)
    {
        _mark++;
        for (PortionShare? share = portion.First; share is not null; share = share.Next)
        {
            share.Worker.Marked = share;
            share.Worker.Mark = _mark;
        }
    }

    /// <summary>What the portion that was marked last has on a candidate, or null.</summary>
    public PortionShare? Marked(WorkerView view, int candidate) => Of(view, candidate) is { Marked: { } share } worker && worker.Mark == _mark ? share : null;

    public LoadedWorker? Remove(WorkerId id)
    {
        if (_byId.Remove(id, out LoadedWorker? worker))
        {
            Array.Clear(_atCandidate);
        }

        return worker;
    }
}
