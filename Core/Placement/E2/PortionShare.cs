namespace Preble.Core.Placement.E2;

/// <summary>
/// What a key portion has on one worker. Lives as long as a request within the window was sent there with it, or it is assigned there.
/// </summary>
internal sealed class PortionShare
{
    public KeyPortion Portion = null!;
    public LoadedWorker Worker = null!;

    /// <summary>Requests within the window that were sent there.</summary>
    public int Requests;

    /// <summary>Their load. [ns]</summary>
    public long Load;

    /// <summary>What counts as the worker's load: the above, or if the portion is assigned, an even part of all its load. [ns]</summary>
    public long Counted;

    /// <summary>Whether the portion is assigned to the worker.</summary>
    public bool IsMember;

    /// <summary>Whether a request was sent there since, so that a match without the portion says that it was evicted.</summary>
    public bool Holds;

    /// <summary>Another one for each assignment, so that branches given to an earlier one find out.</summary>
    public long Term;

    /// <summary>Load within the window of the branches that were given to this replica. [ns]</summary>
    public long BranchLoad;

    /// <summary>Neighbours among the shares of the portion.</summary>
    public PortionShare? Next;
    public PortionShare? Previous;

    /// <summary>Neighbours among the shares of the worker with the same <see cref="Rank"/>.</summary>
    public PortionShare? NextInRank;
    public PortionShare? PreviousInRank;

    /// <summary>0 if the portion does not move, else one more than the logarithm of <see cref="Counted"/>.</summary>
    public int Rank;
}
