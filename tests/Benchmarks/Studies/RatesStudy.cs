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

    /// <summary>Ends when the two rates that it lies between differ by no more.</summary>
    private const double Precision = 1.04;

    public static void Run(TextWriter output, bool quick)
    {
        double seconds = quick ? 2 : 600;
        output.WriteLine("| workload | workers | default, req/s | sustained, req/s | default over sustained, in these |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (string name in quick ? WorkloadCatalog.Names.Take(1) : WorkloadCatalog.Names)
        {
            foreach ((string cluster, Hardware[] workers) in (ReadOnlySpan<(string, Hardware[])>)[("4 equal", Cluster.Equal(HardwareCatalog.Default, 4)), ("4 unequal", Cluster.Unequal(4))])
            {
                double rate = WorkloadCatalog.DefaultRate(name, workers);
                double low = rate / 2;
                double high = 3 * rate;
                while (high / low > (quick ? 2 : Precision))
                {
                    double middle = Math.Sqrt(low * high);
                    bool isSustained = ShareAnswered(name, workers, middle, seconds) >= Answered;
                    (low, high) = isSustained ? (middle, high) : (low, middle);
                }

                output.WriteLine(FormattableString.Invariant($"| {name} | {cluster} | {rate:F2} | {low:F2} | {rate / low:F2} (aim {LoadShare}) |"));
                output.Flush();
            }
        }
    }

    private static double ShareAnswered(string name, Hardware[] workers, double rate, double seconds)
    {
        Workload workload = Cluster.Draw(name, workers, rate, seed: 0, requests: (int)Math.Ceiling(rate * seconds));
        SimulationResult result = Cluster.Run(workload, Cluster.Options(workers, PlacementPolicies.Default));
        return result.Records.Count(one => one.Outcome == RequestOutcome.Completed && one.Ended.TotalSeconds <= seconds) / (double)workload.Requests.Count;
    }
}
