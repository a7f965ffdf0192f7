using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>
/// The paper's figure 3 in the simulator: its five workloads on its three clusters, 300 seconds of arrivals at each of its rates. E2 with Preble's local
/// scheduler (priority groups, chunks of 512 tokens) against round robin with SGLang's (longest prefix first, whole prompts), and the default policy beside them.
/// </summary>
internal static class PaperStudy
{
    private const double Seconds = 300;

    /// <summary>Of Preble's local scheduler, as in its experiments.</summary>
    private const int ChunkTokens = 512;

    /// <summary>On the large model, whose equations let every chunk pay for its whole context: the paper names no budget for it.</summary>
    private const int LargeChunkTokens = 2048;

    private static readonly (string Hardware, int Workers, (string Workload, double[] Rates)[] Grids)[] Clusters =
    [
        ("a6000-mistral-7b", 2,
        [
            ("toolbench", [3, 6, 9, 12, 15, 18]), ("embodied", [3, 6, 9, 12, 15, 18]), ("programming", [1, 2, 3, 4, 8, 12]), ("videoqa", [1, 2, 3, 4, 5, 6]), ("loogle", [0.25, 0.5, 0.75, 1]),
        ]),
        ("a6000-mistral-7b", 4,
        [
            ("toolbench", [6, 12, 18, 24, 30, 36]), ("embodied", [10, 15, 20, 25, 30]), ("programming", [2, 4, 6, 8]), ("videoqa", [2.5, 5, 7.5, 10]), ("loogle", [0.5, 1, 1.5, 2]),
        ]),
        ("h100-llama3-70b", 2,
        [
            ("toolbench", [5, 7.5, 10, 12.5, 15]), ("embodied", [10, 12.5, 15]), ("programming", [3, 4, 5]), ("videoqa", [2, 3, 4, 5, 6]), ("loogle", [0.4, 0.5, 0.6, 0.7, 0.8]),
        ]),
    ];

    public static void Run(TextWriter output, bool quick)
    {
        output.WriteLine("| cluster | workload | req/s | RR+SGLang mean s | p99 s | E2 mean s | p99 s | marginal-cost mean s | p99 s | E2: mean ratio | p99 ratio | marginal-cost: mean ratio | p99 ratio | RR busy | hits RR | hits E2 |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach ((string hardware, int workers, (string Workload, double[] Rates)[] grids) in quick ? Clusters[..1] : Clusters)
        {
            foreach ((string name, double[] rates) in quick ? grids[..1] : grids)
            {
                foreach (double rate in quick ? rates[..1] : rates)
                {
                    Hardware[] cluster = Cluster.Equal(hardware, workers);
                    int chunk = hardware.Contains("70b", StringComparison.Ordinal) ? LargeChunkTokens : ChunkTokens;
                    Workload workload = Cluster.Draw(name, cluster, rate, seed: 1, requests: (int)((quick ? 5 : Seconds) * rate));
                    SimulationResult baseline = Cluster.Run(workload, Cluster.Options(cluster, RoundRobinPolicy.PolicyName, LongestPrefixOrder.OrderName, chunkTokens: 0));
                    SimulationResult paper = Cluster.Run(workload, Cluster.Options(cluster, E2Policy.PolicyName, chunkTokens: chunk));
                    SimulationResult ours = Cluster.Run(workload, Cluster.Options(cluster, MarginalCostPolicy.PolicyName, chunkTokens: chunk));
                    output.WriteLine(FormattableString.Invariant(
                        $"| {workers} x {hardware} | {name} | {rate} | {baseline.Latency.Mean:F2} | {baseline.Latency.P99:F1} | {paper.Latency.Mean:F2} | {paper.Latency.P99:F1} ") +
                        FormattableString.Invariant($"| {ours.Latency.Mean:F2} | {ours.Latency.P99:F1} | {baseline.Latency.Mean / paper.Latency.Mean:F2} | {baseline.Latency.P99 / paper.Latency.P99:F2} ") +
                        FormattableString.Invariant($"| {baseline.Latency.Mean / ours.Latency.Mean:F2} | {baseline.Latency.P99 / ours.Latency.P99:F2} ") +
                        FormattableString.Invariant($"| {Busy(baseline):P0} | {baseline.HitRatio:P1} | {paper.HitRatio:P1} |"));
                }
            }
        }
    }

    /// <summary>Share of the time that the workers compute.</summary>
    private static double Busy(SimulationResult result) => result.Workers.Average(worker => worker.BusySeconds) / result.MakespanSeconds;
}
