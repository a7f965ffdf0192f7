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

    /// <summary>Their work.</summary>
    public long Work;

    private PortionShare? _replica;
    private long _term;

    /// <summary>The replica that it was given to, or null if that is none any more.</summary>
    public PortionShare? Replica => _replica is { } replica && replica.Term == _term ? replica : null;

    public void Add(int requests, long work)
    {
        Requests += requests;
        Work += work;
        if (Replica is { } replica)
        {
            replica.BranchWork += work;
        }
    }

    public void GiveTo(PortionShare? replica)
    {
        if (Replica is { } earlier)
        {
            earlier.BranchWork -= Work;
        }

        _replica = replica;
        if (replica is not null)
        {
            _term = replica.Term;
            replica.BranchWork += Work;
        }
    }
}
