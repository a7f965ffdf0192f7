namespace Preble.Benchmarks.Studies;

/// <summary>How many requests come in a time, and at which rate they are as many as a workload may have.</summary>
internal static class Arrivals
{
    /// <summary>Requests that come in some seconds.</summary>
    /// <param name="rate">Requests a second.</param>
    /// <param name="seconds">Above 0.</param>
    /// <param name="max">No more than this, also where the highest rate times its seconds is rounded up.</param>
    public static int Count(double rate, double seconds, int max) => (int)Math.Min(max, Math.Ceiling(rate * seconds));

    /// <summary>The rate at which <paramref name="max"/> requests come in some seconds.</summary>
    public static double RateMax(double seconds, int max) => max / seconds;
}
