using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>
/// Why programming stays below the paper's range: round robin with SGLang's order against E2, without and with what the paper's engine loses between its forward
/// passes, one cost at a time and together, and what the best of three placements could reach with prefill for nothing.
/// <para>That bound has prefill free (only the last token of a prompt is computed), sixteen times the memory, and the best of three placements. Every number is
/// the mean over the seeds, every ratio one of these means.</para>
/// </summary>
internal static class ProgrammingStudy
{
    private const double Seconds = 300;
    private const int ChunkTokens = 512;
    private const int RoomForAll = 16;
    private const int AllInOneStep = 1 << 20;
    private static readonly int[] Seeds = [1, 2, 3];

    /// <summary>SGLang 0.1.12 and its pause, as released with Preble: router/model_rpc.py and router/manager.py.</summary>
    private static readonly EngineLoop Paused = new() { PauseSeconds = 0.03, StreamEvery = 8 };

    private static readonly (string Name, EngineLoop Sglang, EngineLoop Preble, double StepSeconds)[] Costs =
    [
        ("none", new(), new(), 0),
        ("prompts in steps of their own", new() { PrefillsAlone = true }, new(), 0),
        ("ten decodes in a row", new() { DecodesInRow = 10, StreamEvery = 8 }, new(), 0),
        ("30 ms of pause after output", Paused, Paused, 0),
        ("all three", Paused with { PrefillsAlone = true, DecodesInRow = 10 }, Paused, 0),
        ("all three and 40 ms a step", Paused with { PrefillsAlone = true, DecodesInRow = 10 }, Paused, 0.04),
    ];

    public static void Run(TextWriter output, bool quick)
    {
        output.WriteLine("| workload | workers | req/s | costs of the engine | SGLang mean s | p50 s | p99 s | E2 mean s | p50 s | p99 s | ratio mean | p99 | bound mean s | p99 s | SGLang over bound: mean | p99 | hits SGLang | hits E2 |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach ((int workers, double[] rates) in quick ? [(2, (double[])[1])] : ((int, double[])[])[(2, [0.5, 1, 2, 2.5, 3, 4]), (4, [2, 4, 6, 8])])
        {
            foreach (bool released in (bool[])[false, true])
            {
                foreach (double rate in rates)
                {
                    Hardware[] cluster = Cluster.Equal("a6000-mistral-7b", workers);
                    Workload[] workloads = [.. (quick ? Seeds[..1] : Seeds).Select(seed => released
                        ? ReleasedPrograms.Draw(workers, rate, seed, quick ? 5 : ReleasedPrograms.Seconds)
                        : Cluster.Draw("programming", cluster, rate, seed, requests: (int)((quick ? 5 : Seconds) * rate)))];
                    foreach ((string name, EngineLoop sglang, EngineLoop preble, double seconds) in quick ? Costs[^1..] : Costs)
                    {
                        Hardware[] slower = [.. cluster.Select(one => AlteredTiming.Slower(one, seconds))];
                        Write(output, $"| {workloads[0].Name} | {workers} | {FormattableString.Invariant($"{rate}")} | {name} ", workloads, slower, sglang, preble);
                    }
                }
            }
        }
    }

    private static void Write(TextWriter output, string title, Workload[] workloads, Hardware[] cluster, EngineLoop sglang, EngineLoop preble)
    {
        Hardware[] free = [.. cluster.Select(one => AlteredTiming.FreePrefill(one) with { KvTokens = RoomForAll * one.KvTokens })];
        Times baseline = Serve(workloads, Cluster.Options(cluster, RoundRobinPolicy.PolicyName, LongestPrefixOrder.OrderName, chunkTokens: 0) with { Loop = sglang });
        Times paper = Serve(workloads, Cluster.Options(cluster, E2Policy.PolicyName, chunkTokens: ChunkTokens) with { Loop = preble });
        Times[] least = [.. ((string[])[RoundRobinPolicy.PolicyName, LeastLoadPolicy.PolicyName, MarginalCostPolicy.PolicyName])
            .Select(policy => Serve(workloads, Cluster.Options(free, policy, chunkTokens: AllInOneStep) with { Loop = preble }))];
        double mean = least.Min(one => one.Mean);
        double p99 = least.Min(one => one.P99);
        output.WriteLine(FormattableString.Invariant(
            $"{title}| {baseline.Mean:F2} | {baseline.P50:F2} | {baseline.P99:F1} | {paper.Mean:F2} | {paper.P50:F2} | {paper.P99:F1} ") +
            FormattableString.Invariant($"| {baseline.Mean / paper.Mean:F2} | {baseline.P99 / paper.P99:F2} | {mean:F2} | {p99:F1} ") +
            FormattableString.Invariant($"| {baseline.Mean / mean:F2} | {baseline.P99 / p99:F2} | {baseline.Hits:P1} | {paper.Hits:P1} |"));
        output.Flush();
    }

    private static Times Serve(Workload[] workloads, SimulationOptions options)
    {
        SimulationResult[] results = [.. workloads.Select(workload => Cluster.Run(workload, options))];
        return new Times(
            results.Average(one => one.Latency.Mean), results.Average(one => one.Latency.P50), results.Average(one => one.Latency.P99), results.Average(one => one.HitRatio));
    }

    private readonly record struct Times(double Mean, double P50, double P99, double Hits);
}
