namespace Preble.Core.Placement;

/// <summary>Breaks ties so that equals take turns, with no state but the number of the decision.</summary>
internal static class Rotation
{
    /// <summary>
    /// Index of the least total among the eligible rows, of which there is at least one; among equal ones the decision's number picks.
    /// </summary>
    public static int Least(ReadOnlySpan<CandidateCost> costs, long decision)
    {
        (double least, int equals) = Ties(costs);
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

    /// <summary>The least total among the eligible rows, and how many of them have it.</summary>
    public static (double Least, int Count) Ties(ReadOnlySpan<CandidateCost> costs)
    {
        double least = double.PositiveInfinity;
        int count = 0;
        foreach (ref readonly CandidateCost cost in costs)
        {
            if (cost.Eligible && cost.Total <= least)
            {
                count = cost.Total < least ? 1 : count + 1;
                least = cost.Total;
            }
        }

        return (least, count);
    }
}
