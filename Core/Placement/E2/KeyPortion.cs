namespace Preble.Core.Placement.E2;

/// <summary>
/// A prefix that E2 places as one, with what it was used for within the window H and the workers that it was assigned to. Lives as long as a request
/// within the window has it.
/// </summary>
internal sealed class KeyPortion
{
    /// <summary>Of its last page.</summary>
    public PageKey Key;

    /// <summary>Another one each time the object is used again, so that what refers to an earlier use finds out.</summary>
    public long Stamp;

    /// <summary>Requests within the window that have it.</summary>
    public int Requests;

    /// <summary>Their load on the workers that they were sent to. [ns]</summary>
    public long Load;

    /// <summary>What it has on each worker, linked by <see cref="PortionShare.Next"/>.</summary>
    public PortionShare? First;

    /// <summary>Workers that it was assigned to; 0 while it follows the caches.</summary>
    public int Members;

    /// <summary>Queueing times told within the last half of H.</summary>
    public QueueSums Recent;

    /// <summary>Queueing times told within the half before.</summary>
    public QueueSums Earlier;

    /// <summary>Samples with another stamp are forgotten.</summary>
    public long SampleStamp;

    /// <summary>When a replica was added or dropped last.</summary>
    public TimeSpan ScaledAt;

    /// <summary>Mean queueing time when a replica was added last. [ns]</summary>
    public long ScaledQueue;

    public bool IsAssigned => Members > 0;

    public PortionShare? Find(LoadedWorker worker)
    {
        PortionShare? share = First;
        while (share is not null && share.Worker != worker)
        {
            share = share.Next;
        }

        return share;
    }
}
