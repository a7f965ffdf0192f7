namespace Preble.Core.Workloads;

/// <summary>How many requests share each item of a catalogue.</summary>
internal static class Sharers
{
    private const double WeightMin = 0.05;

    /// <summary>
    /// Deals requests to items: about <paramref name="mean"/> to each, with <paramref name="deviation"/>. There are never more items than
    /// <paramref name="itemsMax"/>: with more requests than those can have, each gets more in proportion.
    /// </summary>
    /// <returns>Requests of each item, <paramref name="requests"/> in all. [items]</returns>
    public static int[] Deal(WorkloadRandom random, int requests, double mean, double deviation, int itemsMax)
    {
        var until = new double[(int)Math.Clamp(Math.Round(requests / mean), 1, itemsMax)];
        double sum = 0;
        for (int i = 0; i < until.Length; i++)
        {
            sum += Math.Max(WeightMin, 1 + (deviation / mean * random.Normal()));
            until[i] = sum;
        }

        // Rounded where each begins and ends, so that nothing is lost in between.
        var counts = new int[until.Length];
        int dealt = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            int next = i == counts.Length - 1 ? requests : (int)Math.Round(requests * (until[i] / sum));
            counts[i] = next - dealt;
            dealt = next;
        }

        return counts;
    }

    /// <summary>Which item each request is for, in an order by chance. [requests]</summary>
    public static int[] Shuffled(WorkloadRandom random, ReadOnlySpan<int> counts)
    {
        var items = new List<int>();
        for (int item = 0; item < counts.Length; item++)
        {
            for (int k = 0; k < counts[item]; k++)
            {
                items.Add(item);
            }
        }

        int[] shuffled = [.. items];
        random.Shuffle<int>(shuffled);
        return shuffled;
    }

    /// <summary>As weights for <see cref="Lengths.Fit"/>.</summary>
    public static double[] Weights(int[] counts) => Array.ConvertAll(counts, count => (double)count);
}
