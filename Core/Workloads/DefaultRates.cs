using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>
/// Rates for who names none: <see cref="LoadShare"/> of what the workers could take, which is the sum over them of
/// <see cref="RequestLoad.RequestsPerSecond"/>, times a number for each workload that says how near to it the best policy comes. Those numbers were found by
/// simulation on 4 and 8 equal and 4 unequal workers of the default hardware: the highest rate at which the default policy's mean E2E is three times what it
/// is at a tenth of that load. Where they are far below 1, the workload is larger than the workers' memory.
/// </summary>
internal static class DefaultRates
{
    /// <summary>Share of what the best policy sustains.</summary>
    public const double LoadShare = 0.75;

    private static readonly Dictionary<string, double> Sustained = new()
    {
        [ToolBench.WorkloadName] = 0.83,
        [EmbodiedAgents.WorkloadName] = 0.85,
        [ProgramGeneration.WorkloadName] = 1.3,
        [VideoQuestions.WorkloadName] = 0.2,
        [LongDocuments.WorkloadName] = 0.4,
        [AzureMixed.WorkloadName] = 0.24,
        [HotBurst.WorkloadName] = 1.05,
        [DocumentsAtCapacity.WorkloadName] = 0.88,
        [NoSharing.WorkloadName] = 1.1,
        [SharedPrefix.WorkloadName] = 0.95,
    };

    /// <summary>Requests a second.</summary>
    public static double Of(IWorkloadGenerator workload, IReadOnlyList<Hardware> workers) =>
        LoadShare * Sustained[workload.Name] * workers.Sum(workload.Load.RequestsPerSecond);
}
