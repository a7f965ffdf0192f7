using Preble.Core.Simulation;

namespace Preble.Cli.Reports;

/// <summary>What is drawn of a simulation's requests and samples.</summary>
internal static class Curves
{
    /// <summary>Points of a distribution.</summary>
    private const int DistributionPoints = 160;

    /// <summary>Points of latency against the requests under way.</summary>
    private const int LoadPoints = 14;

    /// <summary>Requests in a point of it, at least.</summary>
    private const int LoadPointRequestsMin = 8;

    /// <summary>Points of load over time.</summary>
    private const int TimePointsMax = 240;

    /// <summary>The share of the completed requests that took no longer, over time. More points where little is left, as that is what is looked for.</summary>
    /// <param name="result">Of a simulation.</param>
    /// <param name="seconds">What is measured of a request.</param>
    public static IReadOnlyList<(double X, double Y)> Distribution(SimulationResult result, Func<RequestRecord, double> seconds)
    {
        double[] sorted = [.. Completed(result).Select(seconds).Order()];
        if (sorted.Length == 0)
        {
            return [];
        }

        var points = new List<(double, double)>();
        for (int i = 0; i <= DistributionPoints; i++)
        {
            double share = 1 - Math.Pow(1 - (i / (double)DistributionPoints), 2);
            points.Add((Core.Simulation.Distribution.Percentile(sorted, share), share));
        }

        return points;
    }

    /// <summary>Mean latency of the requests that found so many others under way in the cluster when they were sent.</summary>
    public static IReadOnlyList<(double X, double Y)> LatencyAgainstLoad(SimulationResult result)
    {
        RequestRecord[] completed = [.. Completed(result).OrderBy(record => record.Sent)];
        TimeSpan[] ends = [.. completed.Select(record => record.Ended).Order()];
        var met = new (double UnderWay, double Seconds)[completed.Length];
        int ended = 0;
        for (int i = 0; i < completed.Length; i++)
        {
            while (ended < ends.Length && ends[ended] <= completed[i].Sent)
            {
                ended++;
            }

            met[i] = (i - ended, completed[i].LatencySeconds);
        }

        Array.Sort(met);
        int points = Math.Clamp(met.Length / LoadPointRequestsMin, 1, LoadPoints);
        return [.. Enumerable.Range(0, points)
            .Select(point => met[(point * met.Length / points)..((point + 1) * met.Length / points)])
            .Where(group => group.Length > 0)
            .Select(group => (group.Average(one => one.UnderWay), group.Average(one => one.Seconds)))];
    }

    /// <summary>
    /// Requests answered for each that came, in the later half of the time in which requests were sent: about 1 where a policy keeps up, less where what is
    /// under way only grows. Of completed ones.
    /// </summary>
    public static double AnsweredShare(SimulationResult result)
    {
        RequestRecord[] completed = [.. Completed(result)];
        if (completed.Length == 0)
        {
            return 1;
        }

        TimeSpan first = completed.Min(record => record.Sent);
        TimeSpan last = completed.Max(record => record.Sent);
        TimeSpan half = first + ((last - first) / 2);
        int came = completed.Count(record => record.Sent > half);
        return came == 0 ? 1 : (double)completed.Count(record => record.Ended > half && record.Ended <= last) / came;
    }

    /// <summary>Requests on each worker, running and waiting, over time. [workers]</summary>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> LoadOverTime(SimulationResult result)
    {
        var workers = new List<(double, double)>[result.Workers.Count];
        for (int worker = 0; worker < workers.Length; worker++)
        {
            workers[worker] = [];
        }

        int times = result.Samples.Count / Math.Max(1, workers.Length);
        int stride = Math.Max(1, (times + TimePointsMax - 1) / TimePointsMax);
        var taken = new int[workers.Length];
        foreach (LoadSample sample in result.Samples)
        {
            if (taken[sample.Worker]++ % stride == 0)
            {
                workers[sample.Worker].Add((sample.At.TotalSeconds, sample.Running + sample.Waiting));
            }
        }

        return workers;
    }

    private static IEnumerable<RequestRecord> Completed(SimulationResult result) => result.Records.Where(record => record.Outcome == RequestOutcome.Completed);
}
