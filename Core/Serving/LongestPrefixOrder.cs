namespace Preble.Core.Serving;

/// <summary>
/// Most cached tokens first, the first to come among equals: SGLang's <c>lpm</c> (<c>schedule_policy.py</c>, 2026), which like it serves first come,
/// first served while more than <see cref="QueueMax"/> wait. What waits for a running sequence to compute a prefix that it shares is no candidate and
/// does not count there.
/// </summary>
public sealed class LongestPrefixOrder : IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    public const string OrderName = "longest-prefix";

    /// <summary>Waiting sequences beyond which SGLang saves the time to match and sort them. [sequences]</summary>
    public const int QueueMax = 128;

    public string Name => OrderName;

    public bool ReadsCachedTokens => true;

    public int Next(ReadOnlySpan<QueueCandidate> candidates) => candidates.Length > QueueMax ? 0 : Longest(candidates);

    public void Admitted(QueueCandidate candidate)
    {
    }

    /// <summary>Index of the first candidate with the most cached tokens.</summary>
    internal static int Longest(ReadOnlySpan<QueueCandidate> candidates)
    {
        int longest = 0;
        for (int i = 1; i < candidates.Length; i++)
        {
            if (candidates[i].CachedTokens > candidates[longest].CachedTokens) longest = i;
        }

        return longest;
    }
}
