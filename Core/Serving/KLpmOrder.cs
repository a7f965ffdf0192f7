namespace Preble.Core.Serving;

/// <summary>
/// k-LPM (arXiv 2502.04677, NeurIPS 2025): of each k admissions the first is that of the oldest, the others have the longest cached prefix. With k = 1
/// it is first come, first served; the larger k, the nearer it is to the longest prefix first. A sequence with j others before it waits for no more
/// than <c>(j + 1) * k</c> admissions.
/// </summary>
public sealed class KLpmOrder : IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    public const string OrderName = "k-lpm";

    private readonly int _k;
    private int _admitted;

    /// <param name="k">At least one. [admissions]</param>
    public KLpmOrder(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        _k = k;
    }

    public string Name => OrderName;

    public bool ReadsCachedTokens => true;

    public int Next(ReadOnlySpan<QueueCandidate> candidates) => _admitted == 0 ? 0 : LongestPrefixOrder.Longest(candidates);

    public void Admitted(QueueCandidate candidate) => _admitted = _admitted + 1 < _k ? _admitted + 1 : 0;
}
