using Preble.Core.Placement;
using Preble.Core.Simulation;
using Preble.Core.Workloads;
using Xunit.Abstractions;
using static Preble.Core.Tests.Simulation.Scenario;

namespace Preble.Core.Tests.Simulation;

/// <summary>
/// Gates on what the policies are for, in simulation: tools, documents at capacity and hot bursts on equal and unequal workers, whole with one seed and the rivals
/// that come nearest, whole with all seeds and E2, and cut short with all seeds and policies. The whole comparison is a benchmark (<c>tests/Benchmarks -- policies</c>).
/// </summary>
public sealed class PolicyGateTests(ITestOutputHelper output)
{
    private static readonly Hardware Other = HardwareCatalog.Create("a6000-mistral-7b");
    private static readonly string[] Gated = ["toolbench", "documents-at-capacity", "hot-burst"];
    private static readonly string[] Compared = [MarginalCostPolicy.PolicyName, E2Policy.PolicyName, "sglang-cache-aware", "llm-d", "lmetric-norm", "ttft-greedy"];

    [Fact]
    public void TheDefaultIsNeverFarFromTheBestAndFarBetterThanE2()
    {
        var worst = 0.0;
        var overE2 = new List<double>();
        var overNorm = new List<double>();
        foreach (string name in Gated)
        {
            foreach (Hardware[] workers in (Hardware[][])[[Fast, Fast, Fast, Fast], [Fast, Slow, Fast, Slow], [Fast, Other, Fast, Other]])
            {
                Workload workload = Draw(name, workers, seed: 201);
                double[] means = [.. Compared.Select(policy => Run(workload, new SimulationOptions { Workers = workers, Policy = policy }).Latency.Mean)];
                worst = Math.Max(worst, means[0] / means.Min());
                overE2.Add(means[1] / means[0]);
                overNorm.Add(means[4] / means[0]);
                output.WriteLine($"{name} {workers[1].Name}: {string.Join(", ", Compared.Zip(means, (policy, mean) => $"{policy} {mean:F2}"))}");
            }
        }

        output.WriteLine($"worst {worst:F3}, over E2 {GeometricMean(overE2):F2}, over lmetric-norm {GeometricMean(overNorm):F2}");

        // Looser than what is seen, so that a change elsewhere that costs a little does not stop here.
        worst.Should().BeLessThan(1.08);
        GeometricMean(overE2).Should().BeGreaterThan(1.4);
        GeometricMean(overNorm).Should().BeGreaterThan(1.4);
    }

    /// <summary>
    /// The 36 scenarios of the comparison, whole: the gate is 1.4 for all of them. Seen when this was written: 1.68, with single seeds 1.57 to 1.81; 1.36 with a
    /// third of the requests, 1.38 with half.
    /// </summary>
    [Fact]
    public void WithEverySeedTheDefaultIsFarBetterThanE2()
    {
        var overE2 = new List<double>();
        for (int seed = 201; seed <= 206; seed++)
        {
            var ofSeed = new List<double>();
            foreach (string name in Gated)
            {
                foreach (Hardware[] workers in (Hardware[][])[[Fast, Fast, Fast, Fast], [Fast, Slow, Fast, Slow]])
                {
                    Workload workload = Draw(name, workers, seed);
                    ofSeed.Add(Mean(workload, workers, E2Policy.PolicyName) / Mean(workload, workers, MarginalCostPolicy.PolicyName));
                }
            }

            output.WriteLine($"seed {seed}: over E2 {GeometricMean(ofSeed):F2} of {string.Join(", ", ofSeed.Select(ratio => $"{ratio:F2}"))}");
            GeometricMean(ofSeed).Should().BeGreaterThan(1.45, "seed {0}", seed);
            overE2.AddRange(ofSeed);
        }

        output.WriteLine($"over E2 {GeometricMean(overE2):F2}");
        GeometricMean(overE2).Should().BeGreaterThan(1.6);
    }

    /// <summary>
    /// Where it matters who passes whom in the workers' queues: tools in memories of some ten prompts, and the mix of tools and videos on unequal workers beyond
    /// their rate. Seen: 1.00 and 0.90; 1.05 and 1.02 when all were taken to be served in order of arrival.
    /// </summary>
    [Theory]
    [InlineData("toolbench", 4, 30_000, 1.0, "sglang-cache-aware", 1.03)]
    [InlineData("azure-mixed", 2, 0, 1.1, "llm-d", 0.97)]
    public void WhereQueuesAreLongTheDefaultKnowsWhoGoesFirst(string name, int count, int kvTokens, double load, string rival, double most) =>
        Compare(name, [.. Enumerable.Range(0, count).Select(i => kvTokens > 0 ? Fast with { KvTokens = kvTokens } : i % 2 == 0 ? Fast : Slow)], load, rival, most);

    /// <summary>
    /// Tools in memories of some fifty prompts: hardly anybody waits, but many share each step. Seen: 1.01; 1.05 when no crowd was counted.
    /// </summary>
    [Fact]
    public void WhereManyShareEachStepTheDefaultCountsThoseWhoCome() =>
        Compare("toolbench", [.. Enumerable.Repeat(Fast with { KvTokens = 100_000 }, 4)], 1, "sglang-cache-aware", 1.03);

    /// <summary>
    /// The 36 scenarios of the comparison under every policy, with a sixth of their requests: caches are colder and queues shorter, so that E2 is less far behind
    /// than in the whole ones. Seen of late: worst 1.02, 1.36 over E2, 1.17 over lmetric-norm.
    /// </summary>
    [Fact]
    public void OverAllSeedsNoPolicyIsFarAheadOfTheDefault()
    {
        var worst = new List<double>();
        var overE2 = new List<double>();
        var overNorm = new List<double>();
        foreach (string name in Gated)
        {
            foreach (Hardware[] workers in (Hardware[][])[[Fast, Fast, Fast, Fast], [Fast, Slow, Fast, Slow]])
            {
                for (int seed = 201; seed <= 206; seed++)
                {
                    var options = new WorkloadOptions { Rate = WorkloadCatalog.DefaultRate(name, workers), Seed = seed, KvTokens = workers.Sum(worker => (long)worker.KvTokens) };
                    Workload workload = WorkloadCatalog.Create(name, options with { Requests = WorkloadCatalog.DefaultRequests(name, options) / 6 });
                    var means = PlacementPolicies.Names.ToDictionary(policy => policy, policy => Mean(workload, workers, policy));
                    double ours = means[MarginalCostPolicy.PolicyName];
                    worst.Add(ours / means.Values.Min());
                    overE2.Add(means[E2Policy.PolicyName] / ours);
                    overNorm.Add(means["lmetric-norm"] / ours);
                    output.WriteLine($"{name}, {workers[1].Name}, seed {seed}: {worst[^1]:F3} of {means.MinBy(one => one.Value).Key}, over E2 {overE2[^1]:F2}, over lmetric-norm {overNorm[^1]:F2}");
                }
            }
        }

        output.WriteLine($"worst {worst.Max():F3}, mean {GeometricMean(worst):F3}, over E2 {GeometricMean(overE2):F2}, over lmetric-norm {GeometricMean(overNorm):F2}");
        worst.Max().Should().BeLessThan(1.1);
        GeometricMean(overE2).Should().BeGreaterThan(1.3);
        GeometricMean(overNorm).Should().BeGreaterThan(1.05);
    }

    /// <summary>A hot prefix spreads as fast after an hour's rest as in a cluster that never had a queue.</summary>
    [Fact]
    public void AQueueThatIsGoneDoesNotKeepAHotPrefixFromSpreading()
    {
        const int Before = 240;
        const int Hot = 300;
        var text = new PromptSegment(1, 8192);
        WorkloadRequest Ask(int index, double seconds, params PromptSegment[] prompt) =>
            new() { Index = index, Arrival = TimeSpan.FromSeconds(seconds), Prompt = prompt, Output = new PromptSegment(1_000_000UL + (ulong)index, 60) };
        WorkloadRequest[] queue = [.. Enumerable.Range(0, Before).Select(i => Ask(i, i / 24.0, new PromptSegment(10_000UL + (ulong)i, 8192)))];
        WorkloadRequest[] After(int first, double start) =>
            [.. Enumerable.Range(0, Hot).Select(i => Ask(first + i, start + (i / 20.0), text, new PromptSegment(100_000UL + (ulong)i, 512)))];
        Workload Named(WorkloadRequest[] requests) => new() { Name = "hot", Requests = requests, Rate = 1, Seed = 0 };
        var options = new SimulationOptions { Workers = [Fast, Fast, Fast, Fast], Policy = MarginalCostPolicy.PolicyName };

        double alone = Run(Named(After(0, 0)), options).Latency.Mean;
        double queued = Run(Named(queue), options).Latency.Mean;
        double both = Run(Named([.. queue, .. After(Before, 3600)]), options).Latency.Mean;
        double afterwards = ((both * (Before + Hot)) - (queued * Before)) / Hot;

        output.WriteLine($"{alone:F2} s alone, {afterwards:F2} s after a queue");
        afterwards.Should().BeLessThan(1.25 * alone);
    }

    [Fact]
    public void E2BeatsRoundRobinWithSglangsQueueAsInThePaper()
    {
        Hardware[] workers = [.. Enumerable.Repeat(HardwareCatalog.Create("a6000-mistral-7b"), 2)];
        Workload workload = WorkloadCatalog.Create("toolbench", new WorkloadOptions { Rate = 18, Requests = 1800, Seed = 1, Workers = 2 });

        SimulationResult theirs = Run(workload, new SimulationOptions { Workers = workers, Policy = RoundRobinPolicy.PolicyName, QueueOrder = "longest-prefix", ChunkTokens = 0 });
        SimulationResult paper = Run(workload, new SimulationOptions { Workers = workers, Policy = E2Policy.PolicyName, ChunkTokens = 512 });

        output.WriteLine($"mean {theirs.Latency.Mean:F2} against {paper.Latency.Mean:F2} s, p99 {theirs.Latency.P99:F1} against {paper.Latency.P99:F1} s");
        (theirs.Latency.Mean / paper.Latency.Mean).Should().BeGreaterThan(1.5, "the paper has 1.5 to 14.5");
        (theirs.Latency.P99 / paper.Latency.P99).Should().BeGreaterThan(2, "the paper has 2 to 10");
    }

    private static Workload Draw(string name, Hardware[] workers, int seed, double load = 1) => WorkloadCatalog.Create(name, new WorkloadOptions
    {
        Rate = load * WorkloadCatalog.DefaultRate(name, workers),
        Seed = seed,
        Workers = workers.Length,
        KvTokens = workers.Sum(worker => (long)worker.KvTokens),
    });

    private void Compare(string name, Hardware[] workers, double load, string rival, double most)
    {
        var ratios = new List<double>();
        for (int seed = 501; seed <= 504; seed++)
        {
            Workload workload = Draw(name, workers, seed, load);
            ratios.Add(Mean(workload, workers, MarginalCostPolicy.PolicyName) / Mean(workload, workers, rival));
        }

        output.WriteLine($"{name}: {GeometricMean(ratios):F3} of {rival}: {string.Join(", ", ratios.Select(ratio => $"{ratio:F3}"))}");
        GeometricMean(ratios).Should().BeLessThan(most);
    }

    private static double GeometricMean(List<double> values) => Math.Exp(values.Average(Math.Log));
}
