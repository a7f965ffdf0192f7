namespace Preble.Benchmarks.Studies;

/// <summary>The highest rate that is sustained, found by looking at single rates: up or down by twos from a guess, then between the two that it lies between.</summary>
internal static class RateSearch
{
    /// <summary>How many times higher or lower than the guess is looked, at most.</summary>
    public const double TimesMax = 64;

    /// <param name="isSustained">Whether a rate is; of two, the lower one is if the higher one is.</param>
    /// <param name="guess">Above 0, and at most <paramref name="max"/>.</param>
    /// <param name="max">Looked no further than this, and <see cref="TimesMax"/> times the guess.</param>
    /// <param name="precision">Ends when the two rates that it lies between differ by no more. Above 1.</param>
    /// <returns>
    /// The highest rate seen to be sustained, null if none was; and the lowest seen not to be, null if none was, so that more than the first may be sustained.
    /// </returns>
    public static (double? Sustained, double? NotSustained) Find(Func<double, bool> isSustained, double guess, double max, double precision)
    {
        double highest = Math.Min(max, guess * TimesMax);
        double lowest = guess / TimesMax;
        double low = guess;
        double high = guess;
        if (isSustained(guess))
        {
            do
            {
                if (high >= highest)
                {
                    return (high, null);
                }

                (low, high) = (high, Math.Min(high * 2, highest));
            }
            while (isSustained(high));
        }
        else
        {
            do
            {
                if (low <= lowest)
                {
                    return (null, low);
                }

                (low, high) = (Math.Max(low / 2, lowest), low);
            }
            while (!isSustained(low));
        }

        while (high / low > precision)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = isSustained(middle) ? (middle, high) : (low, middle);
        }

        return (low, high);
    }
}
