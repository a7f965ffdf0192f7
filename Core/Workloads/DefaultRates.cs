using Preble.Core.Simulation;

namespace Preble.Core.Workloads;

/// <summary>
/// Rates for who names none: <see cref="LoadShare"/> of what the workers sustain, which is the sum over them of
/// <see cref="RequestLoad.RequestsPerSecond"/>, times a number for each workload that says how near to it, or how far beyond it, the best policy comes.
/// Sustained is the highest rate at which, of what comes in ten minutes, 95 percent has been answered within these ten minutes. The numbers were found by
/// simulation (<c>tests/Benchmarks -- rates</c>) with the default policy on 4 equal and 4 unequal workers of the default hardware, the lower
/// one counting. They are above 1 where workers run more than <see cref="RequestLoad"/>'s sequences at once, and below it where the workload is larger than the workers' memory.
/// <para>
/// Less memory than those workers had finds less cached, and runs less at once: what is left of the number then was found in the same way on 4 equal workers of
/// the default hardware with <see cref="KvTokens"/> each, and is interpolated between them by the logarithm of the mean memory of a worker. More memory is never
/// a lower rate. Of <c>videoqa</c> and <c>loogle</c>, which fall off a cliff where fewer or slower workers no longer hold what is in use,
/// so much is left as all of 2 to 4 A6000, 2 A100 of 80,000 tokens and 2 H100 of 120,000 sustain, which is less than others could. Not so of
/// <c>azure-mixed</c>: a burst of it that comes at the end of the ten minutes is answered after them at a third of what is sustained as well, so that few
/// workers answer 0.85 to 0.99 in them without a trend, with little memory as with much. Below the least memory it falls in proportion.
/// </para>
/// </summary>
internal static class DefaultRates
{
    /// <summary>Share of what the best policy sustains.</summary>
    public const double LoadShare = 0.75;

    /// <summary>Memory of a worker on average; from the last one on nothing is lost. [tokens]</summary>
    private static readonly double[] KvTokens = [25_000, 50_000, 100_000, 200_000, 275_000];

    /// <summary>
    /// With memory enough, and what is left of it with each of <see cref="KvTokens"/> but the last. Where a prompt does not fit the least, half of the next is
    /// taken.
    /// </summary>
    private static readonly Dictionary<string, (double Sustained, double[] Left)> Measured = new()
    {
        [ToolBench.WorkloadName] = (1.55, [0.68, 0.74, 0.80, 0.95]),
        [EmbodiedAgents.WorkloadName] = (0.87, [0.18, 0.18, 0.28, 0.48]),
        [ProgramGeneration.WorkloadName] = (1.8, [0.68, 0.62, 0.74, 0.95]),
        [VideoQuestions.WorkloadName] = (0.72, [0.15, 0.30, 0.45, 0.80]),
        [LongDocuments.WorkloadName] = (0.67, [0.28, 0.56, 0.66, 0.90]),
        [AzureMixed.WorkloadName] = (0.73, [0.31, 0.62, 0.62, 0.70]),
        [HotBurst.WorkloadName] = (1.46, [0.80, 0.80, 0.90, 0.98]),
        [DocumentsAtCapacity.WorkloadName] = (2.3, [1, 1, 1, 1]),
        [NoSharing.WorkloadName] = (1.4, [0.68, 0.74, 0.87, 0.95]),
        [SharedPrefix.WorkloadName] = (0.77, [0.86, 0.90, 0.90, 0.90]),
    };

    /// <summary>Requests a second.</summary>
    public static double Of(IWorkloadGenerator workload, IReadOnlyList<Hardware> workers)
    {
        (double sustained, double[] left) = Measured[workload.Name];
        return LoadShare * sustained * Left(left, workers.Average(worker => (double)worker.KvTokens)) * workers.Sum(workload.Load.RequestsPerSecond);
    }

    private static double Left(double[] left, double tokens)
    {
        if (tokens <= KvTokens[0])
        {
            return left[0] * tokens / KvTokens[0];
        }

        int above = Array.FindIndex(KvTokens, known => known > tokens);
        if (above < 0)
        {
            return 1;
        }

        double to = above < left.Length ? left[above] : 1;
        double way = PortableMath.Ln(tokens / KvTokens[above - 1]) / PortableMath.Ln(KvTokens[above] / KvTokens[above - 1]);
        return left[above - 1] + (way * (to - left[above - 1]));
    }
}
