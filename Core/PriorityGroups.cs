namespace Preble.Core;

/// <summary>
/// The rule of Preble's queue order (section 3.3, algorithm 3), which the queue follows and placement foresees: a sequence belongs to group
/// <c>floor(P * cached share of its context)</c>, as 63 of 100 tokens cached are group 6 of 10, and in a round each group has as many slots as its number
/// says. Group 0, to which the paper's example gives nothing, has one like group 1, so that no group starves.
/// </summary>
public static class PriorityGroups
{
    /// <summary>The most groups: more would tell prompts apart that differ by a percent.</summary>
    public const int CountMax = 64;

    /// <summary>The group of a sequence, from 0 to <paramref name="groups"/>: everything cached is a group of its own.</summary>
    /// <param name="groups">P; 0 puts all sequences into one.</param>
    /// <param name="cachedTokens">Of its context.</param>
    /// <param name="contextTokens">Its context, at least one token.</param>
    public static int Of(int groups, long cachedTokens, long contextTokens) => (int)(groups * cachedTokens / contextTokens);

    /// <summary>Admissions of a group in a round.</summary>
    public static int Slots(int group) => Math.Max(group, 1);
}
