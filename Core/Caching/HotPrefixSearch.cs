namespace Preble.Core.Caching;

/// <summary>
/// Finds what a cache is used for most. A node's heat is the number of its uses, each of which fades with time; whoever uses a node uses those that lead to
/// it, so that no node is hotter than its parent.
/// </summary>
internal static class HotPrefixSearch
{
    /// <summary>A use counts half after so long: as long as the window over which placements sum their use.</summary>
    public const double HalfLifeSeconds = 180;

    /// <summary>One use and something of another: a node that only its first user read is not hot.</summary>
    private const double HotFrom = 1.1;

    /// <summary>Notes a use.</summary>
    public static void Use(PrefixNode node, TimeSpan now)
    {
        node.Heat = HeatOf(node, now) + 1;
        node.HeatAt = now;
    }

    /// <summary>
    /// The paths that save most if others have them: hottest nodes first, those whose pages still fit, joined into as few paths as they are on.
    /// </summary>
    /// <param name="roots">One for each seed.</param>
    /// <param name="pageTokens">Tokens in a page.</param>
    /// <param name="pathsMax">Paths at most.</param>
    /// <param name="tokensMax">Tokens of all paths at most; what paths share counts once.</param>
    /// <param name="now">Not before the last use.</param>
    /// <returns>The hottest first.</returns>
    public static List<HotPath> Find(IEnumerable<PrefixNode> roots, int pageTokens, int pathsMax, int tokensMax, TimeSpan now)
    {
        // A parent comes before its children: it is at least as hot, and enters the queue before them.
        var open = new PriorityQueue<PrefixNode, double>();
        foreach (PrefixNode root in roots)
        {
            Enqueue(open, root, now);
        }

        var ends = new List<PrefixNode>();
        long tokens = 0;
        while (open.TryDequeue(out PrefixNode? node, out _))
        {
            bool lengthens = ends.Contains(node.Parent!);
            long own = (long)node.Count * pageTokens;
            if (tokens + own > tokensMax || (!lengthens && ends.Count == pathsMax))
            {
                continue;
            }

            tokens += own;
            ends.Remove(node.Parent!);
            ends.Add(node);
            Enqueue(open, node, now);
        }

        return [.. ends.Select(node => Path(node, HeatOf(node, now))).OrderByDescending(path => path.Heat)];
    }

    private static void Enqueue(PriorityQueue<PrefixNode, double> open, PrefixNode parent, TimeSpan now)
    {
        foreach (PrefixNode child in parent.Children)
        {
            if (HeatOf(child, now) is var heat and >= HotFrom)
            {
                open.Enqueue(child, -heat);
            }
        }
    }

    private static double HeatOf(PrefixNode node, TimeSpan now) =>
        node.Heat == 0 ? 0 : node.Heat * Math.Pow(0.5, Math.Max(0, (now - node.HeatAt).TotalSeconds) / HalfLifeSeconds);

    private static HotPath Path(PrefixNode node, double heat)
    {
        var runs = new Stack<PrefixNode>();
        for (PrefixNode at = node; !at.IsRoot; at = at.Parent!) runs.Push(at);
        int[] tokens = [.. runs.SelectMany(run => run.Tokens.ToArray())];
        PageKey[] keys = [.. runs.SelectMany(run => run.Keys.ToArray())];
        return new HotPath(node.Seed, tokens, keys, heat);
    }
}
