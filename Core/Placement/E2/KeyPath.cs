namespace Preble.Core.Placement.E2;

/// <summary>
/// Where a prompt's key portion ends: the deepest node of its path that has more tokens of its own than all nodes above it together. What follows it is
/// a branch, and the nodes there tell a chain of turns from a question.
/// <para>The part that no worker has is the prompt's last node. If it is the key portion there is nothing to share yet, and the path has none.</para>
/// </summary>
/// <param name="Pages">Pages up to its end; 0 if there is none. [pages]</param>
/// <param name="NodesBelow">Nodes of the prompt behind it.</param>
internal readonly record struct KeyPath(int Pages, int NodesBelow)
{
    public static KeyPath Of(in PlacementInput input)
    {
        ReadOnlySpan<int> ends = input.PathEnds;
        if (ends.IsEmpty || input.Keys.Length < ends[^1])
        {
            return default;
        }

        long matched = (long)ends[^1] * input.PageTokens;
        long rest = input.PromptTokens - matched;
        if (rest > matched)
        {
            return default;
        }

        int at = ends.Length - 1;
        while (at > 0 && ends[at] - ends[at - 1] <= ends[at - 1])
        {
            at--;
        }

        return new KeyPath(ends[at], ends.Length - 1 - at + (rest > 0 ? 1 : 0));
    }

    /// <summary>Whether a candidate has all of the key portion. Of a prompt that ends with it, the last token is computed in any case.</summary>
    public bool IsCachedOn(in Candidate candidate, in PlacementInput input) =>
        candidate.CachedTokens >= Math.Min(Pages, (input.PromptTokens - 1) / input.PageTokens) * input.PageTokens;
}
