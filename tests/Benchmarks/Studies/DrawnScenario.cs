using Preble.Core.Simulation;
using Preble.Core.Workloads;

namespace Preble.Benchmarks.Studies;

/// <summary>A scenario that nobody chose: workload, number and kinds of workers, their memory, load and seed drawn by a number.</summary>
/// <param name="Name">Says all of it.</param>
/// <param name="Workload">One of <see cref="WorkloadCatalog.Names"/>.</param>
/// <param name="Workers">The cluster.</param>
/// <param name="Load">Times the default rate.</param>
/// <param name="Seed">Of the workload.</param>
internal sealed record DrawnScenario(string Name, string Workload, Hardware[] Workers, double Load, int Seed)
{
    private static readonly Hardware[][] Mixes =
    [
        [Cluster.Fast], [Cluster.Fast], [Cluster.Fast, Cluster.Slow], [Cluster.Fast, HardwareCatalog.Create("a6000-mistral-7b")], [HardwareCatalog.Create("a6000-mistral-7b")],
    ];

    private static readonly int[] Counts = [2, 3, 4, 6, 8];
    private static readonly int[] KvTokensMax = [int.MaxValue, int.MaxValue, 200_000, 100_000, 60_000];
    private static readonly double[] Loads = [0.7, 0.85, 1, 1.15];

    public static DrawnScenario Of(int number)
    {
        var random = new Random(number);
        string workload = Pick(random, WorkloadCatalog.Names);
        Hardware[] mix = Pick(random, Mixes);
        int count = Pick(random, Counts);
        int kvTokensMax = Pick(random, KvTokensMax);
        double load = Pick(random, Loads);
        int seed = random.Next();
        Hardware[] workers = [.. Enumerable.Range(0, count).Select(i => mix[i % mix.Length]).Select(kind => kind with { KvTokens = Math.Min(kind.KvTokens, kvTokensMax) })];
        string cluster = string.Join(" + ", workers.GroupBy(worker => worker).Select(kind => FormattableString.Invariant($"{kind.Count()} {kind.Key.Name} of {kind.Key.KvTokens:N0}")));
        return new DrawnScenario(FormattableString.Invariant($"{number}: {workload}, {cluster}, load {load}"), workload, workers, load, seed);
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
