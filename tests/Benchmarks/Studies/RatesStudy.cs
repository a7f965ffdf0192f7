using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>
/// What workers sustain of each workload under the default policy: the highest rate at which, of what comes in ten minutes, 95 percent has been answered within
/// these ten minutes. Three quarters of it are the default rates (<see cref="WorkloadCatalog.DefaultRate"/>).
/// </summary>
internal static class RatesStudy
{
    private const double Answered = 0.95;
    private const double LoadShare = 0.75;

    /// <summary>Of arrivals, in which what came must be answered.</summary>
    private const double Seconds = 600;

    /// <summary>Ends when the two rates that it lies between differ by no more.</summary>
    private const double Precision = 1.04;

    /// <summary>The same with little memory, where many more rates are looked at.</summary>
    private const double LittleMemoryPrecision = 1.1;

    /// <summary>Enough that answers fit.</summary>
    private const double QuickSeconds = 30;
    private const double QuickPrecision = 2;

    private static readonly int[] LittleKvTokens = [200_000, 100_000, 50_000, 25_000];

    public static void Run(TextWriter output, bool quick, IReadOnlyList<string> names)
    {
        output.WriteLine("| workload | workers | default, req/s | sustained, req/s | default over sustained, in these |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (string name in names.Count > 0 ? names : quick ? WorkloadCatalog.Names.Take(1) : WorkloadCatalog.Names)
        {
            Write(output, name, "4 equal", Cluster.Equal(HardwareCatalog.Default, 4), quick ? QuickSeconds : Seconds, quick ? QuickPrecision : Precision);
            Write(output, name, "4 unequal", Cluster.Unequal(4), quick ? QuickSeconds : Seconds, quick ? QuickPrecision : Precision);
            foreach (int tokens in quick ? LittleKvTokens[..1] : LittleKvTokens)
            {
                Hardware[] workers = [.. Cluster.Equal(HardwareCatalog.Default, 4).Select(worker => worker with { KvTokens = tokens })];
                Write(output, name, FormattableString.Invariant($"4 of {tokens:N0} KV tokens"), workers, quick ? QuickSeconds : Seconds, quick ? QuickPrecision : LittleMemoryPrecision);
            }
        }
    }

    private static void Write(TextWriter output, string name, string cluster, Hardware[] workers, double seconds, double precision)
    {
        double rate = WorkloadCatalog.DefaultRate(name, workers);
        if (!Cluster.Fits(Cluster.Draw(name, workers, 1, seed: 0), workers))
        {
            output.WriteLine(FormattableString.Invariant($"| {name} | {cluster} | {rate:F2} | a prompt does not fit | |"));
            return;
        }

        double most = Arrivals.RateMax(seconds, WorkloadOptions.RequestsMax);
        (double? sustained, double? not) = RateSearch.Find(one => ShareAnswered(name, workers, one, seconds) >= Answered, Math.Min(rate, most), most, precision);
        output.WriteLine($"| {name} | {cluster} | {Found(rate, sustained, not)} |");
        output.Flush();
    }

    /// <summary>The columns of what was found; where the search came to its end first, they say so.</summary>
    private static string Found(double rate, double? sustained, double? not) => (sustained, not) switch
    {
        ({ } low, null) => FormattableString.Invariant($"{rate:F2} | {low:F2} or more: looked no further | {rate / low:F2} or less (aim {LoadShare})"),
        (null, { } high) => FormattableString.Invariant($"{rate:F2} | less than {high:F2}: looked no further | more than {rate / high:F2} (aim {LoadShare})"),
        ({ } low, _) => FormattableString.Invariant($"{rate:F2} | {low:F2} | {rate / low:F2} (aim {LoadShare})"),
        _ => throw new InvalidOperationException("A search has looked at no rate."),
    };

    private static double ShareAnswered(string name, Hardware[] workers, double rate, double seconds)
    {
        Workload workload = Cluster.Draw(name, workers, rate, seed: 0, requests: Arrivals.Count(rate, seconds, WorkloadOptions.RequestsMax));

        // What is answered later does not count, so that an overload need not be waited for.
        double rest = Math.Max(1, seconds - workload.Requests[^1].Arrival.TotalSeconds);
        SimulationResult result = Cluster.Run(workload, Cluster.Options(workers, PlacementPolicies.Default) with { SecondsMax = rest });
        double came = workload.Requests.Count(request => request.Arrival.TotalSeconds <= seconds);
        return result.Records.Count(one => one.Outcome == RequestOutcome.Completed && one.Ended.TotalSeconds <= seconds) / came;
    }
}
