using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>
/// Rates for who names none: <see cref="LoadShare"/> of what the workers could take, which is the sum over them of
/// <see cref="RequestLoad.RequestsPerSecond"/>, times a number for each workload that says how near to it the best policy comes. Those numbers were found by
/// simulation; 1 is a workload that was not calibrated.
/// </summary>
internal static class DefaultRates
{
    /// <summary>Share of what the best policy sustains.</summary>
    public const double LoadShare = 0.75;

    private static readonly Dictionary<string, double> Sustained = new()
    {
        [ToolBench.WorkloadName] = 1.0,
        [EmbodiedAgents.WorkloadName] = 1.0,
        [ProgramGeneration.WorkloadName] = 1.0,
        [VideoQuestions.WorkloadName] = 1.0,
        [LongDocuments.WorkloadName] = 1.0,
        [AzureMixed.WorkloadName] = 1.0,
        [HotBurst.WorkloadName] = 1.0,
        [DocumentsAtCapacity.WorkloadName] = 1.0,
        [NoSharing.WorkloadName] = 1.0,
        [SharedPrefix.WorkloadName] = 1.0,
    };

    /// <summary>Requests a second.</summary>
    public static double Of(IWorkloadGenerator workload, IReadOnlyList<Hardware> workers) =>
        LoadShare * Sustained[workload.Name] * workers.Sum(workload.Load.RequestsPerSecond);
}
