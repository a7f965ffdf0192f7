using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Core.Tests.Simulation;

/// <summary>Small workloads and clusters for the tests of the simulator.</summary>
internal static class Scenario
{
    public static Hardware Fast { get; } = HardwareCatalog.Create(HardwareCatalog.Default);

    /// <summary>A third of the prefill rate, half of the decode rate, less memory.</summary>
    public static Hardware Slow { get; } = HardwareCatalog.OfRates(
        "slow", new WorkerRates(3 * Fast.Rates.Alpha, 3 * Fast.Rates.Beta, 2 * Fast.Rates.T0, 2 * Fast.Rates.Gamma, 2 * Fast.Rates.Delta), 150_000);

    public static Workload Of(params WorkloadRequest[] requests) => new() { Name = "test", Requests = requests, Rate = 1, Seed = 0 };

    public static WorkloadRequest Request(int index, double at, int output, int after, params PromptSegment[] prompt) => new()
    {
        Index = index,
        Arrival = TimeSpan.FromSeconds(at),
        Prompt = prompt,
        Output = new PromptSegment(1_000_000 + (ulong)index, output),
        After = after,
    };

    /// <summary>Prompts of a system part, one of some tools, and a question, with chains of turns among them; whatever shape chance gives them.</summary>
    public static Workload Mixed(int seed, int count, double rate)
    {
        var random = new Random(seed);
        var requests = new List<WorkloadRequest>();
        double at = 0;
        for (int i = 0; i < count; i++)
        {
            int after = i > 0 && random.Next(4) == 0 ? random.Next(i) : -1;
            PromptSegment[] prompt = after >= 0
                ? [.. requests[after].Prompt.Span, requests[after].Output, new PromptSegment(9_000_000 + (ulong)i, random.Next(1, 80))]
                : [new PromptSegment(1, 200), new PromptSegment(10 + (ulong)random.Next(12), 400), new PromptSegment(5_000_000 + (ulong)i, random.Next(1, 300))];
            requests.Add(Request(i, at, random.Next(1, 60), after, prompt));
            at += -Math.Log(1 - random.NextDouble()) / rate;
        }

        return Of([.. requests]);
    }

    public static SimulationOptions Options(int workers, string policy = PlacementPolicies.Default) => new() { Workers = [.. Enumerable.Repeat(Fast, workers)], Policy = policy };

    public static SimulationResult Run(Workload workload, SimulationOptions options, Action<Simulator>? each = null)
    {
        var simulation = new Simulator(workload, options);
        while (simulation.Step())
        {
            each?.Invoke(simulation);
        }

        simulation.CheckIntegrity();
        return simulation.Result();
    }

    /// <summary>Mean latency of a whole run under a policy. [seconds]</summary>
    public static double Mean(Workload workload, Hardware[] workers, string policy) =>
        Run(workload, new SimulationOptions { Workers = workers, Policy = policy }).Latency.Mean;
}
