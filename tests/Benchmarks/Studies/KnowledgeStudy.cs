using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>What wrong knowledge costs: mean E2E and TTFT over the same policy with right knowledge, as geometric mean and at worst over scenarios.</summary>
internal static class KnowledgeStudy
{
    private static readonly string[] Workloads = ["toolbench", "documents-at-capacity", "hot-burst"];
    private static readonly string[] Policies = [MarginalCostPolicy.PolicyName, E2Policy.PolicyName, "sglang-cache-aware", "lmetric-norm", "ttft-greedy"];

    private static readonly (string What, Func<SimulationOptions, TimeSpan, SimulationOptions> Change)[] Cases =
    [
        ("a tenth of the eviction events lost", (options, _) => options with { Faults = new SimulationFaults { EvictionsLostShare = 0.1 } }),
        ("rates wrong by 2, calibrated online", (options, _) => options with { Faults = new SimulationFaults { RateErrorFactor = 2 } }),
        ("rates wrong by 2, not calibrated", (options, _) => options with { Faults = new SimulationFaults { RateErrorFactor = 2, Calibrates = false } }),
        ("load reported once a second", (options, _) => options with { ReportSeconds = 1 }),
        ("2 schedulers", (options, _) => options with { Faults = new SimulationFaults { Schedulers = 2 } }),
        ("4 schedulers", (options, _) => options with { Faults = new SimulationFaults { Schedulers = 4 } }),
        ("4 schedulers, load reported once a second", (options, _) => options with { ReportSeconds = 1, Faults = new SimulationFaults { Schedulers = 4 } }),
        ("a worker lost half-way", (options, half) => options with { Faults = new SimulationFaults { Losses = [new WorkerChange(0, half)] } }),
        ("a worker joins half-way", (options, half) => options with { Faults = new SimulationFaults { Joins = [new WorkerChange(0, half)] } }),
    ];

    public static void Run(TextWriter output, bool quick)
    {
        output.WriteLine($"| | {string.Join(" | ", Policies.Select(policy => $"{policy} E2E | TTFT"))} |");
        output.WriteLine($"|---|{string.Concat(Policies.Select(_ => "---|---|"))}");
        var scenarios = new List<(Workload Workload, Hardware[] Workers)>();
        foreach (string name in Workloads)
        {
            foreach (Hardware[] workers in (Hardware[][])[Cluster.Equal(HardwareCatalog.Default, 4), Cluster.Unequal(4)])
            {
                // A little below the default rate, so that three workers can take what four did.
                scenarios.AddRange(Enumerable.Range(201, 1).Select(seed => (Cluster.Draw(name, workers, -0.7, seed, quick ? 30 : null), workers)));
            }
        }

        SimulationResult[][] right = [.. Policies.Select(policy => scenarios.Select(it => Cluster.Run(it.Workload, Cluster.Options(it.Workers, policy))).ToArray())];
        foreach ((string what, Func<SimulationOptions, TimeSpan, SimulationOptions> change) in Cases)
        {
            var cells = new List<string>();
            for (int policy = 0; policy < Policies.Length; policy++)
            {
                string name = Policies[policy];
                SimulationResult[] wrong = [.. scenarios.Select(it => Cluster.Run(
                    it.Workload, change(Cluster.Options(it.Workers, name) with { Seed = it.Workload.Seed }, it.Workload.Requests[it.Workload.Requests.Count / 2].Arrival)))];
                cells.Add(Ratio(right[policy], wrong, result => result.Latency.Mean));
                cells.Add(Ratio(right[policy], wrong, result => result.Ttft.Mean));
            }

            output.WriteLine($"| {what} | {string.Join(" | ", cells)} |");
            output.Flush();
        }
    }

    private static string Ratio(SimulationResult[] right, SimulationResult[] wrong, Func<SimulationResult, double> measure)
    {
        double[] logs = [.. right.Zip(wrong, (one, other) => Math.Log(measure(other) / measure(one)))];
        return FormattableString.Invariant($"{Math.Exp(logs.Average()):F2} ({Math.Exp(logs.Max()):F2})");
    }
}
