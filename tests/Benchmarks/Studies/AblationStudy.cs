using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>
/// The paper's figure 5: tool use with tools by Zipf 1.1, 10,800 requests at 36 a second on four A6000 with Mistral-7B, adding one part of Preble after the other.
/// </summary>
internal static class AblationStudy
{
    public static void Run(TextWriter output, bool quick)
    {
        Hardware[] cluster = Cluster.Equal("a6000-mistral-7b", 4);
        var plain = new PolicyOptions { E2Rebalances = false, E2BalancesDecodes = false };
        var rebalanced = new PolicyOptions { E2BalancesDecodes = false };
        (string Part, string Policy, string Queue, int Chunk, PolicyOptions Options)[] steps =
        [
            ("round robin, SGLang's local policy", RoundRobinPolicy.PolicyName, LongestPrefixOrder.OrderName, 0, new PolicyOptions()),
            ("+ E2", E2Policy.PolicyName, LongestPrefixOrder.OrderName, 0, plain),
            ("+ rebalancing, autoscaling", E2Policy.PolicyName, LongestPrefixOrder.OrderName, 0, rebalanced),
            ("+ prefill/decode balancing", E2Policy.PolicyName, LongestPrefixOrder.OrderName, 0, new PolicyOptions()),
            ("+ chunked prefill", E2Policy.PolicyName, LongestPrefixOrder.OrderName, 512, new PolicyOptions()),
            ("+ priority wait queue (all of Preble)", E2Policy.PolicyName, PriorityGroupsOrder.OrderName, 512, new PolicyOptions()),
            ("marginal-cost instead of E2", MarginalCostPolicy.PolicyName, PriorityGroupsOrder.OrderName, 512, new PolicyOptions()),
        ];
        output.WriteLine("| req/s | | mean s | p50 s | p99 s | TTFT mean s | hits | imbalance |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (double rate in quick ? [36] : (double[])[18, 24, 30, 36])
        {
            Workload workload = Cluster.Draw("toolbench", cluster, rate, seed: 1, requests: quick ? 60 : (int)(300 * rate));
            foreach ((string part, string policy, string queue, int chunk, PolicyOptions options) in steps)
            {
                SimulationResult it = Cluster.Run(workload, Cluster.Options(cluster, policy, queue, chunk, options));
                output.WriteLine(FormattableString.Invariant(
                    $"| {rate} | {part} | {it.Latency.Mean:F2} | {it.Latency.P50:F2} | {it.Latency.P99:F1} | {it.Ttft.Mean:F2} | {it.HitRatio:P0} | {it.LoadImbalance:F2} |"));
            }
        }
    }
}
