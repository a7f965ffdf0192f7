namespace Preble.Core.Placement;

/// <summary>
/// Consistent hashing (Karger et al., 1997): every worker stands at many points of a circle of hashes, and a prompt belongs to the first worker at or
/// after its own hash. A worker that joins or leaves moves only the prompts that it gains or loses, about one in the number of workers.
/// <para>The circle is kept: it holds the workers that were candidates and have not left, and passes over those that are none this time, which gives
/// what a circle of the candidates alone would. Nothing is allocated while no worker joins.</para>
/// </summary>
internal sealed class HashRing
{
    /// <summary>Points of each worker; the customary number of ketama, which keeps the shares of equal workers within about a fifth of each other.</summary>
    public const int PointsPerWorker = 160;

    private readonly Dictionary<WorkerId, int> _slots = [];
    private readonly Stack<int> _freed = [];
    private Point[] _points = [];
    private int[] _candidateOf = [];
    private WorkerView?[] _views = [];
    private int[] _slotOf = [];

    /// <summary>Workers on the circle. At most as many as the scheduler has.</summary>
    public int Count => _slots.Count;

    /// <summary>Makes the candidates of a decision the workers that <see cref="Find"/> can answer with.</summary>
    public void Use(ReadOnlySpan<Candidate> candidates)
    {
        if (_views.Length < candidates.Length)
        {
            Array.Resize(ref _views, candidates.Length);
            Array.Resize(ref _slotOf, candidates.Length);
        }

        bool grew = false;
        for (int i = 0; i < candidates.Length; i++)
        {
            WorkerView worker = candidates[i].Worker;
            if (_views[i] != worker)
            {
                grew |= Learn(worker.Id, out _slotOf[i]);
                _views[i] = worker;
            }
        }

        if (grew)
        {
            Sort();
        }

        Array.Fill(_candidateOf, -1);
        for (int i = 0; i < candidates.Length; i++)
        {
            _candidateOf[_slotOf[i]] = i;
        }
    }

    /// <summary>The candidate that a hash belongs to.</summary>
    /// <param name="hash">Of the prompt.</param>
    /// <param name="except">A candidate that is passed over, or -1.</param>
    /// <returns>Index of the candidate; -1 if there is none but <paramref name="except"/>.</returns>
    public int Find(ulong hash, int except = -1)
    {
        int low = 0;
        for (int high = _points.Length; low < high;)
        {
            int middle = (low + high) / 2;
            if (_points[middle].Hash < hash)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (int i = 0; i < _points.Length; i++, low++)
        {
            int candidate = _candidateOf[_points[low < _points.Length ? low : low - _points.Length].Slot];
            if (candidate >= 0 && candidate != except)
            {
                return candidate;
            }
        }

        return -1;
    }

    /// <summary>Takes a worker that has left off the circle.</summary>
    public void Forget(WorkerId worker)
    {
        if (!_slots.Remove(worker, out int slot))
        {
            return;
        }

        _freed.Push(slot);
        _points = Array.FindAll(_points, point => point.Slot != slot);
        Array.Clear(_views);
    }

    private bool Learn(WorkerId worker, out int slot)
    {
        if (_slots.TryGetValue(worker, out slot))
        {
            return false;
        }

        if (!_freed.TryPop(out slot))
        {
            slot = _slots.Count;
        }

        _slots.Add(worker, slot);
        return true;
    }

    private void Sort()
    {
        _candidateOf = new int[_slots.Count + _freed.Count];
        _points = new Point[_slots.Count * PointsPerWorker];
        int count = 0;
        foreach ((WorkerId worker, int slot) in _slots)
        {
            ulong name = Hashing.Of(worker);
            for (ulong i = 0; i < PointsPerWorker; i++)
            {
                _points[count++] = new Point(Hashing.Mix(i, name), name, slot);
            }
        }

        // By name where two points meet, so that the order in which workers joined does not show.
        Array.Sort(_points, (left, right) => left.Hash != right.Hash ? left.Hash.CompareTo(right.Hash) : left.Name.CompareTo(right.Name));
    }

    private readonly record struct Point(ulong Hash, ulong Name, int Slot);
}
