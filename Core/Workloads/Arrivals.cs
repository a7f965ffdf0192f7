namespace Preble.Core.Workloads;

/// <summary>When requests come.</summary>
internal static class Arrivals
{
    /// <summary>Requests in a Poisson process: the first at 0, then exponential gaps of mean 1 / rate, as the paper's experiments have it.</summary>
    public static WorkloadRequest[] Poisson(WorkloadOptions options, ReadOnlySpan<Ask> asks)
    {
        var random = new WorkloadRandom(options.Seed, Chance.Arrivals);
        var requests = new WorkloadRequest[asks.Length];
        double gaps = 0;
        for (int i = 0; i < asks.Length; i++)
        {
            requests[i] = asks[i].At(i, Time(gaps / options.Rate));
            gaps += random.Exponential();
        }

        return requests;
    }

    /// <summary>A time of so many seconds, to the nearest tick.</summary>
    public static TimeSpan Time(double seconds) => new((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
}
