namespace Preble.Core.Placement;

/// <summary>A placed request that has not ended.</summary>
internal sealed class LiveRequest
{
    public RequestId Id;
    public required WorkerState Worker;

    /// <summary>Its share of the worker's load: predicted until the worker reports it, then as last reported.</summary>
    public LoadSums Load;

    public int CachedTokens;
    public int Choices;

    /// <summary>When its first token was foreseen if it passed nobody, the wait for memory left out.</summary>
    public TimeSpan DueAt;

    /// <summary>Whether the worker has ever reported it.</summary>
    public bool Seen;

    /// <summary>The worker's report that has counted it last.</summary>
    public long ReportNumber;

    /// <summary>When it is given up. Only meaningful while it is unseen, or seen no more.</summary>
    public TimeSpan Deadline;

    public LinkedListNode<LiveRequest> OnWorker = null!;

    /// <summary>In a list while it has a deadline.</summary>
    public LinkedListNode<LiveRequest> Expiring = null!;
}
