namespace Preble.Core.Placement;

/// <summary>A request on its way to a worker, whose whole path the worker is expected to hold soon.</summary>
internal struct PendingPromise
{
    /// <summary>Empty for a promise without a request: only storing or time ends it.</summary>
    public RequestId? Request;

    /// <summary>The record of the worker at the node where the path ends.</summary>
    public int Holder;

    public TimeSpan Deadline;

    /// <summary>Neighbours in the order of deadlines.</summary>
    public int Earlier;
    public int Later;

    /// <summary>Neighbours among the promises that end at the same record.</summary>
    public int Next;
    public int Previous;
}
