using Preble.Core;
using Preble.Core.Placement;
using Preble.Core.Serving;
using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>Simulated clusters and how a workload is run on one.</summary>
internal static class Cluster
{
    public static Hardware Fast { get; } = HardwareCatalog.Create(HardwareCatalog.Default);

    /// <summary>A third of the prefill rate, half of the decode rate, 150,000 KV tokens.</summary>
    public static Hardware Slow { get; } = HardwareCatalog.OfRates(
        "slow", new WorkerRates(3 * Fast.Rates.Alpha, 3 * Fast.Rates.Beta, 2 * Fast.Rates.T0, 2 * Fast.Rates.Gamma, 2 * Fast.Rates.Delta), 150_000);

    public static Hardware[] Equal(string hardware, int workers) => [.. Enumerable.Repeat(HardwareCatalog.Create(hardware), workers)];

    /// <summary>Every second worker is slow.</summary>
    public static Hardware[] Unequal(int workers) => [.. Enumerable.Range(0, workers).Select(worker => worker % 2 == 0 ? Fast : Slow)];

    /// <summary>A workload at a rate, or at a multiple of its default rate if that is negative.</summary>
    public static Workload Draw(string name, IReadOnlyList<Hardware> workers, double rate, int seed, int? requests = null) => WorkloadCatalog.Create(name, new WorkloadOptions
    {
        Rate = rate > 0 ? rate : -rate * WorkloadCatalog.DefaultRate(name, workers),
        Seed = seed,
        Workers = workers.Count,
        KvTokens = workers.Sum(worker => (long)worker.KvTokens),
        Requests = requests,
    });

    /// <summary>Whether every worker can hold any of its prompts with the answer.</summary>
    public static bool Fits(Workload workload, IReadOnlyList<Hardware> workers) =>
        workload.Requests.Max(request => request.PromptTokens + request.Output.Tokens) < workers.Min(worker => worker.KvTokens);

    public static SimulationResult Run(Workload workload, SimulationOptions options)
    {
        var simulator = new Simulator(workload, options);
        while (simulator.Step())
        {
        }

        return simulator.Result();
    }

    public static SimulationOptions Options(
        IReadOnlyList<Hardware> workers, string policy, string queue = PriorityGroupsOrder.OrderName, int chunkTokens = 2048, PolicyOptions? policyOptions = null) => new()
        {
            Workers = workers,
            Policy = policy,
            QueueOrder = queue,
            ChunkTokens = chunkTokens,
            PolicyOptions = policyOptions ?? new PolicyOptions(),
        };
}
