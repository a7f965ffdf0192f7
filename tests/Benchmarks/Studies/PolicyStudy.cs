using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>Every policy on many scenarios: how far it is from the best one of each, as geometric mean and at worst.</summary>
internal static class PolicyStudy
{
    private static readonly string[] Selected = ["toolbench", DocumentsName, "hot-burst"];
    private const string DocumentsName = "documents-at-capacity";

    /// <summary>Tools, documents at capacity and hot bursts, on 4 equal and 4 unequal workers, at their default rates.</summary>
    public static void Listed(TextWriter output, bool quick, int[]? seeds = null) =>
        Run(output, quick, Selected, seeds ?? [.. Enumerable.Range(201, quick ? 1 : 6)]);

    /// <summary>All workloads with another seed, at 70 and 110 percent of their default rates.</summary>
    public static void Unlisted(TextWriter output, bool quick, int[]? seeds = null) =>
        Run(output, quick, WorkloadCatalog.Names, seeds ?? [901], quick ? [1] : [0.7, 1.1]);

    /// <summary>Scenarios that are drawn by numbers, as <see cref="DrawnScenario"/> says; those with a prompt that some worker could not hold are left out.</summary>
    public static void Drawn(TextWriter output, bool quick, int[]? numbers = null)
    {
        var scores = new Scores(output);
        foreach (DrawnScenario drawn in (numbers ?? [.. Enumerable.Range(1, quick ? 1 : 60)]).Select(DrawnScenario.Of))
        {
            Workload workload = Cluster.Draw(drawn.Workload, drawn.Workers, -drawn.Load, drawn.Seed, quick ? 30 : null);
            if (Cluster.Fits(workload, drawn.Workers))
            {
                scores.Add(drawn.Name, workload, drawn.Workers);
            }
        }

        scores.Write();
    }

    /// <summary>Traces in Mooncake's form on 8 equal and 8 unequal workers, as they are.</summary>
    public static void Traces(TextWriter output, IEnumerable<Workload> traces)
    {
        var scores = new Scores(output);
        foreach (Workload trace in traces)
        {
            foreach ((string cluster, Hardware[] workers) in (ReadOnlySpan<(string, Hardware[])>)[("equal", Cluster.Equal(HardwareCatalog.Default, 8)), ("unequal", Cluster.Unequal(8))])
            {
                scores.Add($"{trace.Name}, 8 {cluster}", trace, workers);
            }
        }

        scores.Write();
    }

    private static void Run(TextWriter output, bool quick, IReadOnlyList<string> names, int[] seeds, double[]? loads = null)
    {
        var scores = new Scores(output);
        foreach (string name in names)
        {
            foreach ((string cluster, Hardware[] workers) in (ReadOnlySpan<(string, Hardware[])>)[("equal", Cluster.Equal(HardwareCatalog.Default, 4)), ("unequal", Cluster.Unequal(4))])
            {
                foreach (double load in loads ?? [1])
                {
                    foreach (int seed in seeds)
                    {
                        Workload workload = Cluster.Draw(name, workers, -load, seed, quick ? 30 : null);
                        scores.Add(FormattableString.Invariant($"{name}, 4 {cluster}, load {load}, seed {seed}"), workload, workers);
                    }
                }
            }
        }

        scores.Write();
    }

    private sealed class Scores(TextWriter output)
    {
        private readonly List<SimulationResult[]> _scenarios = [];

        public void Add(string scenario, Workload workload, Hardware[] workers)
        {
            if (_scenarios.Count == 0)
            {
                output.WriteLine("Mean E2E over that of the best policy:");
                output.WriteLine();
                output.WriteLine($"| scenario | req/s | best E2E s | {string.Join(" | ", PlacementPolicies.Names)} |");
                output.WriteLine($"|---|---|---|{string.Concat(PlacementPolicies.Names.Select(_ => "---|"))}");
            }

            SimulationResult[] results = [.. PlacementPolicies.Names.Select(policy => Cluster.Run(workload, Cluster.Options(workers, policy)))];
            _scenarios.Add(results);
            double best = results.Min(result => result.Latency.Mean);
            IEnumerable<string> ratios = results.Select(result => FormattableString.Invariant($"{result.Latency.Mean / best:F2}"));
            output.WriteLine(FormattableString.Invariant($"| {scenario} | {workload.Rate:F2} | {best:F2} | {string.Join(" | ", ratios)} |"));
            output.Flush();
        }

        public void Write()
        {
            output.WriteLine();
            output.WriteLine($"Over {_scenarios.Count} scenarios, ratio to the best policy of each, geometric mean (worst):");
            output.WriteLine();
            output.WriteLine("| policy | E2E | TTFT | p99 E2E | p99 TTFT |");
            output.WriteLine("|---|---|---|---|---|");
            for (int policy = 0; policy < PlacementPolicies.Names.Count; policy++)
            {
                string[] cells =
                [
                    Cell(policy, result => result.Latency.Mean), Cell(policy, result => result.Ttft.Mean), Cell(policy, result => result.Latency.P99), Cell(policy, result => result.Ttft.P99),
                ];
                output.WriteLine($"| {PlacementPolicies.Names[policy]} | {string.Join(" | ", cells)} |");
            }
        }

        private string Cell(int policy, Func<SimulationResult, double> measure)
        {
            double[] logs = [.. _scenarios.Select(results => Math.Log(measure(results[policy]) / results.Min(measure)))];
            return FormattableString.Invariant($"{Math.Exp(logs.Average()):F3} ({Math.Exp(logs.Max()):F2})");
        }
    }
}
