namespace Preble.Core.Placement;

/// <summary>The promises of a tree: by request, by deadline, and by the record where their path ends.</summary>
internal sealed class PendingPromises(Holders holders)
{
    private readonly Slab<PendingPromise> _promises = new();
    private readonly Dictionary<RequestId, int> _byRequest = [];
    private readonly Queue<(RequestId Request, TimeSpan Due)> _concluding = new();
    private int _last = -1;

    public int Count => _promises.Count;

    public int NamedCount => _byRequest.Count;

    /// <summary>The promise with the earliest deadline, or -1.</summary>
    public int First { get; private set; } = -1;

    public ref PendingPromise this[int promise] => ref _promises[promise];

    public bool TryFind(RequestId request, out int promise) => _byRequest.TryGetValue(request, out promise);

    /// <summary>Adds a promise; deadlines never decrease and a request has one promise at a time.</summary>
    public void Add(RequestId? request, int holder, TimeSpan deadline)
    {
        int promise = _promises.Allocate();
        ref int first = ref holders[holder].FirstPromise;
        _promises[promise] = new PendingPromise
        {
            Request = request,
            Holder = holder,
            Deadline = deadline,
            Earlier = _last,
            Later = -1,
            Next = first,
            Previous = -1,
        };
        if (first >= 0)
        {
            _promises[first].Previous = promise;
        }

        first = promise;
        if (_last >= 0)
        {
            _promises[_last].Later = promise;
        }
        else
        {
            First = promise;
        }

        _last = promise;
        if (request is { } id)
        {
            _byRequest.Add(id, promise);
        }
    }

    /// <summary>Notes that a request's promise ends at a time, which never decreases.</summary>
    /// <returns>False if the request has none, or more wait than <paramref name="max"/>.</returns>
    public bool Conclude(RequestId request, TimeSpan due, int max)
    {
        bool noted = _byRequest.ContainsKey(request) && _concluding.Count < max;
        if (noted)
        {
            _concluding.Enqueue((request, due));
        }

        return noted;
    }

    /// <summary>Takes the next request whose time to end has come.</summary>
    public bool TryTakeConcluded(TimeSpan now, out RequestId request)
    {
        bool due = _concluding.TryPeek(out var next) && next.Due <= now;
        request = due ? _concluding.Dequeue().Request : default;
        return due;
    }

    /// <summary>Takes a promise out of every list. The counts of the records on its path are the caller's.</summary>
    public void Remove(int promise)
    {
        ref PendingPromise it = ref _promises[promise];
        if (it.Earlier >= 0)
        {
            _promises[it.Earlier].Later = it.Later;
        }
        else
        {
            First = it.Later;
        }

        if (it.Later >= 0)
        {
            _promises[it.Later].Earlier = it.Earlier;
        }
        else
        {
            _last = it.Earlier;
        }

        if (it.Previous >= 0)
        {
            _promises[it.Previous].Next = it.Next;
        }
        else
        {
            holders[it.Holder].FirstPromise = it.Next;
        }

        if (it.Next >= 0)
        {
            _promises[it.Next].Previous = it.Previous;
        }

        if (it.Request is { } id)
        {
            _byRequest.Remove(id);
        }

        _promises.Free(promise);
    }
}
