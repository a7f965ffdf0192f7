namespace Preble.Core.Placement.E2;

/// <summary>
/// A child of a key portion: the prompts that go on with the same page. Lives as long as one of them is within the window, and stays with the replica
/// that it was given to.
/// </summary>
internal sealed class PortionBranch
{
    /// <summary>Of its first page.</summary>
    public PageKey Key;

    /// <summary>Requests within the window.</summary>
    public int Requests;

    /// <summary>Their load. [ns]</summary>
    public long Load;

    private PortionShare? _replica;
    private long _term;

    /// <summary>The replica that it was given to, or null if that is none any more.</summary>
    public PortionShare? Replica => _replica is { } replica && replica.Term == _term ? replica : null;

    public void Add(int requests, long load)
    {
        Requests += requests;
        Load += load;
        if (Replica is { } replica)
        {
            replica.BranchLoad += load;
        }
    }

    public void GiveTo(PortionShare? replica)
    {
        if (Replica is { } earlier)
        {
            earlier.BranchLoad -= Load;
        }

        _replica = replica;
        if (replica is not null)
        {
            _term = replica.Term;
            replica.BranchLoad += Load;
        }
    }
}
