namespace Preble.Core.Placement;

/// <summary>Breaks ties so that equals take turns, with no state but the number of the decision.</summary>
internal static class Rotation
{
    /// <summary>
    /// Index of the least total among the eligible rows, of which there is at least one; among equal ones the decision's number picks.
    /// </summary>
    public static int Least(ReadOnlySpan<CandidateCost> costs, long decision)
    {
        double least = double.PositiveInfinity;
        int equals = 0;
        foreach (ref readonly CandidateCost cost in costs)
        {
            if (cost.Eligible && cost.Total <= least)
            {
                equals = cost.Total < least ? 1 : equals + 1;
                least = cost.Total;
            }
        }

        Invariant.Holds(equals > 0, "some candidate is eligible and has a cost");
        int skip = (int)(decision % equals);
        for (int i = 0; ; i++)
        {
            if (costs[i].Eligible && costs[i].Total == least && skip-- == 0)
            {
                return i;
            }
        }
    }
}
