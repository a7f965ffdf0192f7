namespace Preble.Core.Serving;

/// <summary>
/// Most cached tokens first, the first to come among equals: SGLang's <c>lpm</c> as in v0.1.12, which the paper compares with. SGLang of 2026 serves first
/// come, first served while more than 128 wait, to save the time to match them; that baseline did not, and it would flatter who is compared with it.
/// What waits for a running sequence to compute a prefix that it shares is no candidate.
/// </summary>
public sealed class LongestPrefixOrder : IQueueOrder
{
    /// <summary>The name in the configuration.</summary>
    public const string OrderName = "longest-prefix";

    public string Name => OrderName;

    public bool ReadsCachedTokens => true;

    public int Next(ReadOnlySpan<QueueCandidate> candidates) => Longest(candidates);

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
