namespace Preble.Core.Serving;

/// <summary>
/// Preble's order: the <see cref="PriorityGroups"/> are admitted in proportion to their number, first come first served inside each.
/// <para>The paper leaves open, and this decides: the highest group that has slots left goes first, and a round ends when no group in which someone waits
/// has any, or when the queue admits one of a group that has none; rounds go on across steps, since a step seldom admits a whole one; unused slots are not
/// saved for the next round; a sequence changes its group as what is cached changes.</para>
/// </summary>
public sealed class PriorityGroupsOrder : IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    public const string OrderName = "priority-groups";

    private readonly int _groups;

    // [groups + 1], since everything cached is a group of its own.
    private readonly int[] _slotsLeft;
    private readonly int[] _first;

    /// <param name="groups">P, at least one.</param>
    public PriorityGroupsOrder(int groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        _groups = groups;
        _slotsLeft = new int[groups + 1];
        _first = new int[groups + 1];
        StartRound();
    }

    public string Name => OrderName;

    public bool ReadsCachedTokens => true;

    public bool PassesOverForRoom => true;

    public int Next(ReadOnlySpan<QueueCandidate> candidates)
    {
        Array.Fill(_first, -1);
        for (int i = candidates.Length - 1; i >= 0; i--) _first[Group(candidates[i])] = i;

        int inNextRound = -1;
        for (int group = _groups; group >= 0; group--)
        {
            if (_first[group] < 0) continue;
            if (_slotsLeft[group] > 0) return _first[group];
            if (inNextRound < 0) inNextRound = _first[group];
        }

        return inNextRound;
    }

    public void Admitted(QueueCandidate candidate)
    {
        int group = Group(candidate);
        if (_slotsLeft[group] == 0) StartRound();
        _slotsLeft[group]--;
    }

    private int Group(QueueCandidate candidate) => PriorityGroups.Of(_groups, candidate.CachedTokens, candidate.ContextTokens);

    private void StartRound()
    {
        for (int group = 0; group <= _groups; group++) _slotsLeft[group] = PriorityGroups.Slots(group);
    }
}
