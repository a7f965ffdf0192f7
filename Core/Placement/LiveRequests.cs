using System.Diagnostics.CodeAnalysis;

namespace Preble.Core.Placement;

/// <summary>
/// The placed requests that have not ended: by id, by worker, and by the time at which those that no report vouches for are given up. Objects are
/// used again, so that a steady state allocates nothing.
/// </summary>
internal sealed class LiveRequests
{
    private readonly Dictionary<RequestId, LiveRequest> _byId = [];
    private readonly LinkedList<LiveRequest> _expiring = new();
    private readonly Stack<LiveRequest> _spare = [];

    public int Count => _byId.Count;

    public bool TryFind(RequestId id, [NotNullWhen(true)] out LiveRequest? request) => _byId.TryGetValue(id, out request);

    public void Add(RequestId id, WorkerState worker, in LoadSums load, int cachedTokens, int choices, TimeSpan dueAt, TimeSpan deadline)
    {
        if (!_spare.TryPop(out LiveRequest? request))
        {
            request = new LiveRequest { Worker = worker };
            request.OnWorker = new LinkedListNode<LiveRequest>(request);
            request.Expiring = new LinkedListNode<LiveRequest>(request);
        }

        request.Id = id;
        request.Worker = worker;
        request.Load = load;
        request.CachedTokens = cachedTokens;
        request.Choices = choices;
        request.DueAt = dueAt;
        request.Seen = false;
        request.ReportNumber = 0;
        _byId.Add(id, request);
        worker.Requests.AddLast(request.OnWorker);
        worker.View.PutOn(load);
        ExpireAt(request, deadline);
    }

    /// <summary>Takes a request and its load off its worker.</summary>
    public void Remove(LiveRequest request)
    {
        SetLoad(request, default);
        Keep(request);
        request.Worker.Requests.Remove(request.OnWorker);
        if (request.DueAt == request.Worker.View.EarliestDue)
        {
            request.Worker.View.EarliestDue = request.Worker.EarliestDue;
        }

        _byId.Remove(request.Id);
        _spare.Push(request);
    }

    public static void SetLoad(LiveRequest request, in LoadSums load)
    {
        request.Worker.View.TakeOff(request.Load);
        request.Worker.View.PutOn(load);
        request.Load = load;
    }

    /// <summary>Gives a request a deadline, which is never before one given earlier.</summary>
    public void ExpireAt(LiveRequest request, TimeSpan deadline)
    {
        request.Deadline = deadline;
        _expiring.AddLast(request.Expiring);
    }

    /// <summary>Takes a request's deadline away, if it has one.</summary>
    public void Keep(LiveRequest request)
    {
        if (request.Expiring.List is not null)
        {
            _expiring.Remove(request.Expiring);
        }
    }

    public void Expire(TimeSpan now)
    {
        while (_expiring.First is { } first && first.Value.Deadline <= now)
        {
            Remove(first.Value);
        }
    }

    public void CheckIntegrity(IReadOnlyCollection<WorkerState> workers)
    {
        int onWorkers = 0;
        int withDeadline = 0;
        foreach (WorkerState worker in workers)
        {
            LoadSums sum = default;
            var queue = new QueueForesight(worker.View.Profile.PriorityGroups);
            foreach (LoadSums untracked in worker.Untracked)
            {
                sum.Add(untracked);
                queue.Add(untracked);
            }

            foreach (LiveRequest request in worker.Requests)
            {
                bool isFound = TryFind(request.Id, out LiveRequest? found) && found == request;
                Invariant.Holds(isFound && request.Worker == worker, "a live request is found by its id");
                Invariant.Holds(request.Seen || request.Expiring.List == _expiring, "a request that was never reported has a deadline");
                sum.Add(request.Load);
                queue.Add(request.Load);
                onWorkers++;
                withDeadline += request.Expiring.List is null ? 0 : 1;
            }

            Invariant.Holds(sum == worker.View.Load, "a worker's load is the sum of its requests");
            Invariant.Holds(queue.IsSameAs(worker.View.Queue), "the groups of a worker's queue are those of its requests");
            Invariant.Holds(sum.Sequences >= sum.Waiting + sum.Decoding, "a sequence does one thing at a time");
            Invariant.Holds(Math.Min(sum.PrefillNanoseconds, sum.PrefillTokens) >= 0, "a load is not negative");
        }

        Invariant.Holds(onWorkers == _byId.Count && withDeadline == _expiring.Count, "every live request is on a worker");
        TimeSpan last = TimeSpan.MinValue;
        foreach (LiveRequest request in _expiring)
        {
            Invariant.Holds(request.Deadline >= last, "deadlines stand in order");
            last = request.Deadline;
        }
    }
}
