namespace Preble.Embedded.Activations;

/// <summary>
/// The requests of one activation, and the rule which of them may run beside each other. No threads, no clock: the owner's gate guards it.
/// <para>
/// An <see cref="RequestKind.Interleaving"/> request may start at any time, and in a reentrant queue every request may. Otherwise a request
/// starts when nothing but interleaving ones runs, or, when it is <see cref="RequestKind.ReadOnly"/>, nothing but interleaving and read-only
/// ones. Those that may start do so in the order in which they were added; one that may not holds up only those that are not interleaving.
/// </para>
/// </summary>
/// <param name="reentrant">Whether every request may run beside every other.</param>
internal sealed class RequestQueue(bool reentrant)
{
    private RequestList _ordered;
    private RequestList _interleaving;
    private RequestList _running;
    private int _exclusiveRunning;
    private int _readOnlyRunning;
    private long _added;

    /// <summary>Requests not started.</summary>
    public int WaitingCount => _ordered.Count + _interleaving.Count;

    /// <summary>Requests started and not ended.</summary>
    public int RunningCount => _running.Count;

    /// <summary>Whether <see cref="StartNext"/> would start one.</summary>
    public bool CanStart => _interleaving.First is not null || (_ordered.First is { } first && MayStart(first));

    /// <summary>Adds a request at the end of those that wait.</summary>
    public void Add(Request request)
    {
        Require(request, RequestPlace.None);
        request.Place = RequestPlace.Waiting;
        request.Order = _added++;
        if (request.Kind == RequestKind.Interleaving) _interleaving.Append(request);
        else _ordered.Append(request);
    }

    /// <summary>Starts the next request that may start now.</summary>
    /// <returns>The request, which is running from now on, or null when none may start.</returns>
    public Request? StartNext()
    {
        Request? next = _ordered.First;
        if (next is not null && !MayStart(next)) next = null;
        Request? interleaving = _interleaving.First;
        if (interleaving is not null && (next is null || interleaving.Order < next.Order)) next = interleaving;
        if (next is null) return null;
        RemoveWaiting(next);
        next.Place = RequestPlace.Running;
        _running.Append(next);
        Count(next, 1);
        return next;
    }

    /// <summary>Removes a running request, which has ended.</summary>
    public void End(Request request)
    {
        Require(request, RequestPlace.Running);
        request.Place = RequestPlace.None;
        _running.Remove(request);
        Count(request, -1);
    }

    /// <summary>Removes a waiting request, which then never starts.</summary>
    public void Withdraw(Request request)
    {
        Require(request, RequestPlace.Waiting);
        RemoveWaiting(request);
        request.Place = RequestPlace.None;
    }

    /// <summary>Removes all waiting requests.</summary>
    /// <returns>Those removed, in the order in which they were added.</returns>
    public List<Request> WithdrawAll()
    {
        var all = new List<Request>(WaitingCount);
        while (WaitingCount > 0)
        {
            Request? ordered = _ordered.First;
            Request? interleaving = _interleaving.First;
            Request first = ordered is null || interleaving?.Order < ordered.Order ? interleaving! : ordered;
            Withdraw(first);
            all.Add(first);
        }

        return all;
    }

    /// <summary>Adds to a list every request sent so long ago that its lifetime is over, and withdraws those of them that wait.</summary>
    /// <param name="now">Ticks of the host's clock.</param>
    /// <param name="expired">Where they are added.</param>
    public void TakeExpired(long now, List<Request> expired)
    {
        Collect(_running.First, now, expired);
        int waitingFrom = expired.Count;
        Collect(_ordered.First, now, expired);
        Collect(_interleaving.First, now, expired);
        for (int i = waitingFrom; i < expired.Count; i++) Withdraw(expired[i]);
    }

    /// <summary>The running requests.</summary>
    public List<Request> Running()
    {
        var running = new List<Request>(_running.Count);
        for (Request? request = _running.First; request is not null; request = request.Next) running.Add(request);
        return running;
    }

    private static void Collect(Request? first, long now, List<Request> expired)
    {
        for (Request? request = first; request is not null; request = request.Next)
        {
            if (now - request.SentAt > request.LifetimeTicks) expired.Add(request);
        }
    }

    private static void Require(Request request, RequestPlace place)
    {
        if (request.Place != place) throw new InvalidOperationException($"A request is {request.Place}, not {place}.");
    }

    private bool MayStart(Request request) =>
        reentrant || (_exclusiveRunning == 0 && (_readOnlyRunning == 0 || request.Kind == RequestKind.ReadOnly));

    private void RemoveWaiting(Request request)
    {
        if (request.Kind == RequestKind.Interleaving) _interleaving.Remove(request);
        else _ordered.Remove(request);
    }

    private void Count(Request request, int change)
    {
        if (request.Kind == RequestKind.Exclusive) _exclusiveRunning += change;
        else if (request.Kind == RequestKind.ReadOnly) _readOnlyRunning += change;
    }
}
