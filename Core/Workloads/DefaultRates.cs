using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>
/// Rates for who names none: <see cref="LoadShare"/> of what the workers sustain, which is the sum over them of
/// <see cref="RequestLoad.RequestsPerSecond"/>, times a number for each workload that says how near to it, or how far beyond it, the best policy comes.
/// Sustained is the highest rate at which, of what comes in ten minutes, 95 percent has been answered within these ten minutes. The numbers were found by
/// simulation (<c>tests/Benchmarks -- rates</c>) with the default policy on 4 equal and 4 unequal workers of the default hardware, the lower
/// one counting. They are above 1 where workers run more than <see cref="RequestLoad"/>'s sequences at once, and below it where the workload is larger than the workers' memory.
/// </summary>
internal static class DefaultRates
{
    /// <summary>Share of what the best policy sustains.</summary>
    public const double LoadShare = 0.75;

    private static readonly Dictionary<string, double> Sustained = new()
    {
        [ToolBench.WorkloadName] = 1.55,
        [EmbodiedAgents.WorkloadName] = 1.05,
        [ProgramGeneration.WorkloadName] = 1.8,
        [VideoQuestions.WorkloadName] = 0.44,
        [LongDocuments.WorkloadName] = 0.65,
        [AzureMixed.WorkloadName] = 0.52,
        [HotBurst.WorkloadName] = 1.46,
        [DocumentsAtCapacity.WorkloadName] = 1.9,
        [NoSharing.WorkloadName] = 1.4,
        [SharedPrefix.WorkloadName] = 0.75,
    };

    /// <summary>Requests a second.</summary>
    public static double Of(IWorkloadGenerator workload, IReadOnlyList<Hardware> workers) =>
        LoadShare * Sustained[workload.Name] * workers.Sum(workload.Load.RequestsPerSecond);
}
